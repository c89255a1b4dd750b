import { Global, Module } from '@nestjs/common';
import { PermissionCatalogue } from './permission-catalogue.js';

/** Makes the catalogue of permissions injectable everywhere. */
@Global()
@Module({ providers: [PermissionCatalogue], exports: [PermissionCatalogue] })
export class PermissionsModule {}
