-- When the sweep last asked for a row (store::turns): where more wait than are asked for at once, those go first
-- that it asked for longest ago, so that what fails each time keeps no other from its turn.
ALTER TABLE locks ADD COLUMN asked_at_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE redemptions ADD COLUMN asked_at_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE told_orders ADD COLUMN asked_at_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_differences ADD COLUMN asked_at_ms BIGINT NOT NULL DEFAULT 0;
