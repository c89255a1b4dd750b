import { Body, Controller, Post } from '@nestjs/common';
import { IgnoresSessionCookie, SmallBodies } from '@gatehouse/auth';
import { Endpoint } from '@gatehouse/gate';
import { Caller, type Client, FromClient, type Principal } from '@gatehouse/http';
import { inPerson, Public } from '@gatehouse/permissions';
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

/** Enough for an office behind one address. */
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
    summary: 'Ask for a link to reset a forgotten password',
    description:
      'The answer is the same for every address. An account is sent one mail a minute at most, and five an hour.',
    permissions: Public,
    throttle,
    status: 202,
  })
  @Post('forgot-password')
  @IgnoresSessionCookie()
  async forgotPassword(@Body() { email }: ForgotPasswordDto, @FromClient() client: Client) {
    await this.recovery.request(email, client);
  }

  @Endpoint({
    summary: 'Reset a forgotten password',
    description: 'Takes the token of a link that was sent by mail. Ends every log-in of the user.',
    permissions: Public,
    throttle,
    status: 204,
    errors: [400],
  })
  @Post('reset-password')
  @IgnoresSessionCookie()
  async resetPassword(@Body() { token, password }: ResetPasswordDto, @FromClient() client: Client) {
    await this.recovery.reset(token, password, client);
  }

  @Endpoint({
    summary: 'Show that an address is yours',
    description:
      'Takes the token of a link that was sent by mail, to the address of the account or to the one that it is to have.',
    permissions: Public,
    throttle,
    status: 204,
    errors: [400, 409],
  })
  @Post('verify-email')
  @IgnoresSessionCookie()
  async verifyEmail(@Body() { token }: VerifyEmailDto, @FromClient() client: Client) {
    await this.verification.confirm(token, client);
  }

  @Endpoint({
    summary: 'Ask for another link to verify your address',
    description:
      'Nothing is sent when it is verified, within a minute of the last mail, or after five in an hour.',
    permissions: inPerson,
    throttle,
    status: 202,
  })
  @Post('resend-verification')
  async resendVerification(@Caller() caller: Principal) {
    await this.verification.resend(caller);
  }

  @Endpoint({
    summary: 'Change your password',
    description: 'Ends all your other log-ins.',
    permissions: inPerson,
    throttle: guesses,
    status: 204,
    errors: [400],
  })
  @Post('change-password')
  async changePassword(
    @Caller() caller: Principal,
    @Body() passwords: ChangePasswordDto,
    @FromClient() client: Client,
  ) {
    await this.passwords.change(caller, passwords, client);
  }

  @Endpoint({
    summary: 'Ask for a link to change your address',
    description:
      'The link goes to the new address, and nothing changes until it is used. The answer is the same for an address that is taken.',
    permissions: inPerson,
    throttle: guesses,
    status: 202,
    errors: [400],
  })
  @Post('change-email')
  async changeEmail(
    @Caller() caller: Principal,
    @Body() change: ChangeEmailDto,
    @FromClient() client: Client,
  ) {
    await this.emails.request(caller, change, client);
  }
}
