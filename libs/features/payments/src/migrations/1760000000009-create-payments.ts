import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreatePayments1760000000009 implements MigrationInterface {
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
      );
      CREATE UNIQUE INDEX checkouts_open_key ON checkouts (feature, reference) WHERE status = 'open';
      CREATE INDEX checkouts_user_id_idx ON checkouts (user_id);

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
        provider_refund_id varchar(255) COLLATE "C",
        refunded_at timestamptz(3),
        CONSTRAINT payments_provider_payment_id_key UNIQUE (provider, provider_payment_id)
      );
      CREATE INDEX payments_checkout_id_idx ON payments (checkout_id);
      CREATE INDEX payments_reference_idx ON payments (feature, reference);
      CREATE INDEX payments_received_at_idx ON payments (received_at, id);
      CREATE INDEX payments_outcome_idx ON payments (outcome, received_at, id);

      CREATE TABLE sandbox_deliveries (
        payment_id varchar(255) COLLATE "C" NOT NULL CONSTRAINT sandbox_deliveries_pkey PRIMARY KEY,
        checkout_id uuid NOT NULL CONSTRAINT sandbox_deliveries_checkout_id_fkey REFERENCES checkouts,
        body text NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now()
      );
      CREATE INDEX sandbox_deliveries_checkout_id_idx ON sandbox_deliveries (checkout_id)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE sandbox_deliveries, payments, checkouts');
  }
}
