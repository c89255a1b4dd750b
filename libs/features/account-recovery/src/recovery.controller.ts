import { Body, Controller, Post } from '@nestjs/common';
import { IgnoresSessionCookie, SmallBodies } from '@gatehouse/auth';
import { Endpoint } from '@gatehouse/gate';
import { Caller, type ClientInfo, FromClient, type Principal } from '@gatehouse/http';
import { humanOnly, Public } from '@gatehouse/permissions';
import { minutes } from '@gatehouse/throttle';
import {
  ChangeEmailDto,
  ChangePasswordDto,
  ForgotPasswordDto,
  ResetPasswordDto,
  VerifyEmailDto,
} from './recovery.dto.js';
import { EmailChange } from './email-change.service.js';
import { EmailVerification } from './email-verification.service.js';
import { PasswordChange } from './password-change.service.js';
import { PasswordRecovery } from './password-recovery.service.js';

/** Sufficient for an office behind one address. */
const throttle = { limit: 120, ttl: minutes(1) };

/** Against guessing the password in an unattended browser. */
const guesses = { limit: 10, ttl: minutes(15) };

@SmallBodies()
@Controller({ path: 'auth', version: '1' })
export class RecoveryController {
  constructor(
    private readonly recovery: PasswordRecovery,
    private readonly passwords: PasswordChange,
    private readonly verification: EmailVerification,
    private readonly emails: EmailChange,
  ) {}

  @Endpoint({
    summary: 'Request a link to reset a forgotten password',
    description:
      'The response is the same for every address. At most one mail per minute and five per hour are sent to an account.',
    permissions: Public,
    throttle,
    status: 202,
  })
  @Post('forgot-password')
  @IgnoresSessionCookie()
  async forgotPassword(@Body() { email }: ForgotPasswordDto, @FromClient() client: ClientInfo) {
    await this.recovery.request(email, client);
  }

  @Endpoint({
    summary: 'Reset a forgotten password',
    description: 'Takes the token of a link sent by mail. Ends all sessions of the user.',
    permissions: Public,
    throttle,
    status: 204,
    errors: [400],
  })
  @Post('reset-password')
  @IgnoresSessionCookie()
  async resetPassword(@Body() { token, password }: ResetPasswordDto, @FromClient() client: ClientInfo) {
    await this.recovery.reset(token, password, client);
  }

  @Endpoint({
    summary: 'Verify an email address',
    description: 'Takes the token of a link sent by mail to the current or the new address of the account.',
    permissions: Public,
    throttle,
    status: 204,
    errors: [400, 409],
  })
  @Post('verify-email')
  @IgnoresSessionCookie()
  async verifyEmail(@Body() { token }: VerifyEmailDto, @FromClient() client: ClientInfo) {
    await this.verification.confirm(token, client);
  }

  @Endpoint({
    summary: 'Request another link to verify your address',
    description:
      'No mail is sent when the address is verified, within a minute of the last mail, or after five mails in an hour.',
    permissions: humanOnly,
    throttle,
    status: 202,
  })
  @Post('resend-verification')
  async resendVerification(@Caller() caller: Principal) {
    await this.verification.resend(caller);
  }

  @Endpoint({
    summary: 'Change your password',
    description: 'Ends all your other sessions.',
    permissions: humanOnly,
    throttle: guesses,
    status: 204,
    errors: [400],
  })
  @Post('change-password')
  async changePassword(
    @Caller() caller: Principal,
    @Body() passwords: ChangePasswordDto,
    @FromClient() client: ClientInfo,
  ) {
    await this.passwords.change(caller, passwords, client);
  }

  @Endpoint({
    summary: 'Request a link to change your email address',
    description:
      'The link is sent to the new address, and nothing changes until it is used. The response is the same for an address that is already taken.',
    permissions: humanOnly,
    throttle: guesses,
    status: 202,
    errors: [400],
  })
  @Post('change-email')
  async changeEmail(
    @Caller() caller: Principal,
    @Body() change: ChangeEmailDto,
    @FromClient() client: ClientInfo,
  ) {
    await this.emails.request(caller, change, client);
  }
}
