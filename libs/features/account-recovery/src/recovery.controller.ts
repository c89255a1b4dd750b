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
import { EmailsService } from './emails.service.js';
import { PasswordsService } from './passwords.service.js';

/** Sufficient for an office behind one address. */
const throttle = { limit: 120, ttl: minutes(1) };

/** Against guessing the password in an unattended browser. */
const guesses = { limit: 10, ttl: minutes(15) };

@SmallBodies()
@Controller({ path: 'auth', version: '1' })
export class RecoveryController {
  constructor(
    private readonly passwords: PasswordsService,
    private readonly emails: EmailsService,
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
  forgotPassword(@Body() { email }: ForgotPasswordDto, @FromClient() client: ClientInfo) {
    return this.passwords.requestReset(email, client);
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
  resetPassword(@Body() { token, password }: ResetPasswordDto, @FromClient() client: ClientInfo) {
    return this.passwords.reset(token, password, client);
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
  verifyEmail(@Body() { token }: VerifyEmailDto, @FromClient() client: ClientInfo) {
    return this.emails.confirm(token, client);
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
  resendVerification(@Caller() caller: Principal) {
    return this.emails.resend(caller);
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
  changePassword(
    @Caller() caller: Principal,
    @Body() passwords: ChangePasswordDto,
    @FromClient() client: ClientInfo,
  ) {
    return this.passwords.change(caller, passwords, client);
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
  changeEmail(@Caller() caller: Principal, @Body() change: ChangeEmailDto, @FromClient() client: ClientInfo) {
    return this.emails.requestChange(caller, change, client);
  }
}
