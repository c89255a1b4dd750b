import type { Type } from '@nestjs/common';
import { GroupsModule } from '@gatehouse/groups';
import { AccountRecoveryModule } from '@gatehouse/account-recovery';
import { AuditModule } from '@gatehouse/audit';
import { AuthModule } from '@gatehouse/auth';
import { BooksModule } from '@gatehouse/books';
import { BooksTransferModule } from '@gatehouse/books-transfer';
import { JobsAdminModule } from '@gatehouse/jobs-admin';
import { MailModule } from '@gatehouse/mail';
import { NotificationsModule } from '@gatehouse/notifications';
import { PaymentsModule } from '@gatehouse/payments';
import { TicketingModule } from '@gatehouse/ticketing';
import { UsersModule } from '@gatehouse/users';

/**
 * The features that this application consists of, in the order in which the documentation lists them. To add one, add
 * its module here and nowhere else.
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
  GroupsModule,
  AuditModule,
  JobsAdminModule,
];
