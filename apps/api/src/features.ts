import type { Type } from '@nestjs/common';
import { ExamplesModule } from '@gatehouse/examples';
import { GroupsModule } from '@gatehouse/groups';
import { ActionsModule } from '@gatehouse/actions';
import { AccountRecoveryModule } from '@gatehouse/account-recovery';
import { AuditModule } from '@gatehouse/audit';
import { AuthModule } from '@gatehouse/auth';
import { BooksModule } from '@gatehouse/books';
import { BooksTransferModule } from '@gatehouse/books-transfer';
import { FilesModule } from '@gatehouse/files';
import { JobsAdminModule } from '@gatehouse/jobs-admin';
import { MailModule } from '@gatehouse/mail';
import { NotificationsModule } from '@gatehouse/notifications';
import { PaymentsModule } from '@gatehouse/payments';
import { RealtimeModule } from '@gatehouse/realtime';
import { PicturesModule } from '@gatehouse/pictures';
import { StorageModule } from '@gatehouse/storage';
import { TicketingModule } from '@gatehouse/ticketing';
import { UsersModule } from '@gatehouse/users';

/**
 * The features of this application, in the order of the documentation. To add one, add its module here; no other
 * registration is needed.
 */
export const features: readonly Type<unknown>[] = [
  MailModule,
  AuthModule,
  AccountRecoveryModule,
  UsersModule,
  BooksModule,
  BooksTransferModule,
  TicketingModule,
  PaymentsModule,
  NotificationsModule,
  RealtimeModule,
  FilesModule,
  PicturesModule,
  StorageModule,
  GroupsModule,
  AuditModule,
  JobsAdminModule,
  ExamplesModule,
  ActionsModule,
];
