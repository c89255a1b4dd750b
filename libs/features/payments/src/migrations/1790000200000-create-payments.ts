import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreatePayments1790000200000 implements MigrationInterface {
  readonly name = 'CreatePayments1790000200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE checkouts (
        id uuid NOT NULL CONSTRAINT checkouts_pkey PRIMARY KEY,
        feature varchar(50) COLLATE "C" NOT NULL,
        reference varchar(100) COLLATE "C" NOT NULL,
        user_id uuid CONSTRAINT checkouts_user_id_fkey REFERENCES users ON DELETE SET NULL,
        amount_cents integer NOT NULL CONSTRAINT checkouts_amount_cents_check CHECK (amount_cents > 0),
        currency char(3) NOT NULL CONSTRAINT checkouts_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
        description varchar(200) NOT NULL,
        provider varchar(20) COLLATE "C" NOT NULL,
        provider_ref varchar(255) COLLATE "C",
        provider_url text,
        provider_expires_at timestamptz(3),
        expires_at timestamptz(3) NOT NULL,
        status varchar(10) COLLATE "C" NOT NULL DEFAULT 'open'
          CONSTRAINT checkouts_status_check CHECK (status IN ('open', 'paid', 'closed')),
        created_at timestamptz(3) NOT NULL DEFAULT now()
      )`);
    await queryRunner.query(
      `CREATE UNIQUE INDEX checkouts_open_key ON checkouts (feature, reference) WHERE status = 'open'`,
    );
    await queryRunner.query(`CREATE INDEX checkouts_user_id_idx ON checkouts (user_id)`);
    await queryRunner.query(`
      CREATE TABLE payments (
        id uuid NOT NULL CONSTRAINT payments_pkey PRIMARY KEY,
        provider varchar(20) COLLATE "C" NOT NULL,
        provider_payment_id varchar(255) COLLATE "C" NOT NULL,
        checkout_id uuid NOT NULL CONSTRAINT payments_checkout_id_fkey REFERENCES checkouts,
        feature varchar(50) COLLATE "C" NOT NULL,
        reference varchar(100) COLLATE "C" NOT NULL,
        amount_cents integer NOT NULL CONSTRAINT payments_amount_cents_check CHECK (amount_cents >= 0),
        currency char(3) NOT NULL,
        outcome varchar(20) COLLATE "C" NOT NULL CONSTRAINT payments_outcome_check
          CHECK (outcome IN ('accepted', 'declined', 'wrong-amount', 'too-late', 'duplicate')),
        details jsonb NOT NULL,
        received_at timestamptz(3) NOT NULL DEFAULT now(),
        refund varchar(10) COLLATE "C" CONSTRAINT payments_refund_check
          CHECK (refund IN ('due', 'refunded', 'failed')),
        refund_attempts smallint NOT NULL DEFAULT 0,
        refund_next_attempt_at timestamptz,
        refund_error text,
        provider_refund_id varchar(255) COLLATE "C",
        refunded_at timestamptz(3),
        CONSTRAINT payments_provider_payment_id_key UNIQUE (provider, provider_payment_id),
        CONSTRAINT payments_refund_due_check
          CHECK ((refund_next_attempt_at IS NOT NULL) = (refund IS NOT NULL AND refund = 'due'))
      )`);
    await queryRunner.query(`CREATE INDEX payments_checkout_id_idx ON payments (checkout_id)`);
    await queryRunner.query(`CREATE INDEX payments_reference_idx ON payments (feature, reference)`);
    await queryRunner.query(`CREATE INDEX payments_received_at_idx ON payments (received_at, id)`);
    await queryRunner.query(`CREATE INDEX payments_outcome_idx ON payments (outcome, received_at, id)`);
    await queryRunner.query(`
      CREATE INDEX payments_refund_next_attempt_at_idx ON payments (refund_next_attempt_at)
      WHERE refund_next_attempt_at IS NOT NULL`);
    await queryRunner.query(`
      CREATE TABLE sandbox_deliveries (
        payment_id varchar(255) COLLATE "C" NOT NULL CONSTRAINT sandbox_deliveries_pkey PRIMARY KEY,
        checkout_id uuid NOT NULL CONSTRAINT sandbox_deliveries_checkout_id_fkey REFERENCES checkouts,
        body text NOT NULL,
        attempts smallint NOT NULL DEFAULT 0,
        next_attempt_at timestamptz DEFAULT now(),
        error text,
        created_at timestamptz(3) NOT NULL DEFAULT now()
      )`);
    await queryRunner.query(`
      CREATE INDEX sandbox_deliveries_next_attempt_at_idx ON sandbox_deliveries (next_attempt_at)
      WHERE next_attempt_at IS NOT NULL`);
    await queryRunner.query(
      `CREATE INDEX sandbox_deliveries_checkout_id_idx ON sandbox_deliveries (checkout_id)`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE sandbox_deliveries, payments, checkouts`);
  }
}
