import { MalformedRequestProblem } from '@gatehouse/http';

/** A call of the webhook that is not from the provider, or not understood. */
export class InvalidWebhookProblem extends MalformedRequestProblem {
  static signature(): InvalidWebhookProblem {
    return new InvalidWebhookProblem('The signature is missing, wrong, or more than 5 minutes off');
  }

  static body(): InvalidWebhookProblem {
    return new InvalidWebhookProblem('The event is not understood');
  }
}
