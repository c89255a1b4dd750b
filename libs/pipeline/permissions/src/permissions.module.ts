import { Global, Module } from '@nestjs/common';
import { PermissionCatalogue } from './permission-catalogue.js';

/** Makes the permission catalogue injectable everywhere. */
@Global()
@Module({ providers: [PermissionCatalogue], exports: [PermissionCatalogue] })
export class PermissionsModule {}
