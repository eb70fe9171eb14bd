-- The sandbox's books and its record of runs. Amounts are integers, in minor units (cents).
-- What must never be wrong is kept by constraints and triggers, not by the code above them.

CREATE TABLE bank_transaction (
	name TEXT PRIMARY KEY,
	date TEXT NOT NULL,
	-- Money in is positive, money out is negative.
	amount INTEGER NOT NULL CHECK (amount <> 0),
	-- The sum of what is matched to it, kept by triggers: summing anew for each match would take n × n steps.
	allocated INTEGER NOT NULL DEFAULT 0,
	cancelled INTEGER NOT NULL DEFAULT 0,
	CONSTRAINT never_exceeded CHECK (allocated BETWEEN 0 AND abs(amount))
);

CREATE TABLE open_item (
	doctype TEXT NOT NULL,
	name TEXT NOT NULL,
	party TEXT NOT NULL,
	due_date TEXT NOT NULL,
	-- An invoice is positive, a credit note negative.
	amount INTEGER NOT NULL,
	outstanding INTEGER NOT NULL,
	-- What is let off if all of it is paid by one payment, positive.
	discount INTEGER NOT NULL DEFAULT 0 CHECK (discount >= 0),
	cancelled INTEGER NOT NULL DEFAULT 0,
	-- The bank transaction that the seed made it for; the books themselves know nothing of it.
	deposit TEXT,
	PRIMARY KEY (doctype, name),
	CONSTRAINT never_overpaid CHECK (outstanding * amount >= 0 AND abs(outstanding) <= abs(amount))
);
CREATE INDEX open_item_deposit ON open_item (deposit);

CREATE TABLE payment (
	number INTEGER PRIMARY KEY AUTOINCREMENT,
	name TEXT UNIQUE,
	party TEXT NOT NULL,
	posted INTEGER NOT NULL DEFAULT 0,
	clearance_date TEXT,
	-- The run, and the first item of the group, that it was posted for: none other has the same.
	run TEXT,
	run_item TEXT UNIQUE
);
CREATE INDEX payment_run ON payment (run);

CREATE TABLE payment_reference (
	payment TEXT NOT NULL REFERENCES payment (name) ON DELETE CASCADE,
	doctype TEXT NOT NULL,
	name TEXT NOT NULL,
	amount INTEGER NOT NULL CHECK (amount <> 0),
	PRIMARY KEY (payment, doctype, name),
	FOREIGN KEY (doctype, name) REFERENCES open_item (doctype, name)
);

CREATE INDEX payment_reference_item ON payment_reference (doctype, name);

-- Double entry: debits positive, credits negative.
CREATE TABLE journal_line (
	payment TEXT NOT NULL REFERENCES payment (name) ON DELETE CASCADE,
	account TEXT NOT NULL,
	amount INTEGER NOT NULL CHECK (amount <> 0)
);
CREATE INDEX journal_line_payment ON journal_line (payment);

CREATE TRIGGER payment_begins_as_a_draft BEFORE INSERT ON payment
WHEN NEW.posted <> 0
BEGIN
	SELECT raise(ABORT, 'a payment is posted only after its journal lines are written');
END;

CREATE TRIGGER payment_balances BEFORE UPDATE OF posted ON payment
WHEN NEW.posted = 1 AND coalesce((SELECT sum(amount) FROM journal_line WHERE payment = NEW.name), 1) <> 0
BEGIN
	SELECT raise(ABORT, 'a payment that does not balance cannot be posted');
END;

CREATE TRIGGER journal_takes_no_more BEFORE INSERT ON journal_line
WHEN (SELECT posted FROM payment WHERE name = NEW.payment) = 1
BEGIN
	SELECT raise(ABORT, 'a posted payment takes no more journal lines');
END;

CREATE TRIGGER journal_stays BEFORE UPDATE ON journal_line
BEGIN
	SELECT raise(ABORT, 'journal lines are never changed');
END;

-- With the payment itself they go: by then it is not found here any more.
CREATE TRIGGER journal_goes_with_its_payment BEFORE DELETE ON journal_line
WHEN (SELECT posted FROM payment WHERE name = OLD.payment) = 1
BEGIN
	SELECT raise(ABORT, 'journal lines of a posted payment are never deleted');
END;

CREATE TRIGGER matched_payment_stays BEFORE DELETE ON payment
WHEN EXISTS (SELECT 1 FROM bank_match WHERE payment = OLD.name)
BEGIN
	SELECT raise(ABORT, 'a matched payment cannot be deleted');
END;

CREATE TABLE bank_match (
	bank_transaction TEXT NOT NULL REFERENCES bank_transaction (name),
	payment TEXT NOT NULL REFERENCES payment (name),
	amount INTEGER NOT NULL CHECK (amount > 0),
	PRIMARY KEY (bank_transaction, payment)
);
CREATE INDEX bank_match_payment ON bank_match (payment);

CREATE TRIGGER only_posted_payments_are_matched BEFORE INSERT ON bank_match
WHEN (SELECT posted FROM payment WHERE name = NEW.payment) = 0
BEGIN
	SELECT raise(ABORT, 'only a posted payment can be matched');
END;

CREATE TRIGGER match_stays BEFORE UPDATE ON bank_match
BEGIN
	SELECT raise(ABORT, 'a match is taken back, never changed');
END;

CREATE TRIGGER match_is_allocated AFTER INSERT ON bank_match
BEGIN
	UPDATE bank_transaction SET allocated = allocated + NEW.amount WHERE name = NEW.bank_transaction;
END;

CREATE TRIGGER match_is_taken_back AFTER DELETE ON bank_match
BEGIN
	UPDATE bank_transaction SET allocated = allocated - OLD.amount WHERE name = OLD.bank_transaction;
END;

CREATE TRIGGER payment_is_not_exceeded AFTER INSERT ON bank_match
WHEN (SELECT sum(amount) FROM bank_match WHERE payment = NEW.payment)
	> (SELECT abs(sum(amount)) FROM journal_line WHERE payment = NEW.payment AND account = 'Bank')
BEGIN
	SELECT raise(ABORT, 'more is matched than the payment moved at the bank');
END;

CREATE TABLE run (
	number INTEGER PRIMARY KEY AUTOINCREMENT,
	name TEXT UNIQUE,
	job_id TEXT,
	bank_transaction TEXT NOT NULL REFERENCES bank_transaction (name),
	user TEXT NOT NULL,
	state TEXT NOT NULL DEFAULT 'Queued',
	total INTEGER NOT NULL,
	-- How many of its items are advances.
	advances INTEGER NOT NULL DEFAULT 0,
	posted INTEGER NOT NULL DEFAULT 0,
	undone INTEGER NOT NULL DEFAULT 0,
	batch_size INTEGER NOT NULL,
	matched INTEGER NOT NULL DEFAULT 0,
	cancel_requested_by TEXT,
	reason TEXT NOT NULL DEFAULT '',
	fencing_token INTEGER NOT NULL DEFAULT 0,
	attempts INTEGER NOT NULL DEFAULT 0,
	last_error TEXT NOT NULL DEFAULT '',
	lease_owner TEXT,
	lease_expires_at REAL,
	fingerprint TEXT NOT NULL,
	-- One active run for each bank transaction.
	active_bank_transaction TEXT UNIQUE
);

CREATE TABLE run_item (
	key TEXT PRIMARY KEY,
	run TEXT NOT NULL REFERENCES run (name),
	position INTEGER NOT NULL,
	group_number INTEGER NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('open item', 'advance', 'existing voucher')),
	doctype TEXT NOT NULL,
	document TEXT NOT NULL,
	party TEXT NOT NULL,
	allocated_amount INTEGER NOT NULL,
	cash_amount INTEGER NOT NULL,
	state TEXT NOT NULL DEFAULT 'Pending',
	voucher TEXT,
	reason TEXT NOT NULL DEFAULT '',
	former_clearance_date TEXT,
	-- One active run for each document.
	active_document TEXT UNIQUE,
	UNIQUE (run, position)
);
-- What is deducted from the items, each part with the item whose payment books it.
CREATE TABLE run_deduction (
	run_item TEXT NOT NULL REFERENCES run_item (key),
	account TEXT NOT NULL,
	amount INTEGER NOT NULL CHECK (amount <> 0),
	description TEXT NOT NULL
);
CREATE INDEX run_deduction_item ON run_deduction (run_item);

CREATE INDEX run_item_checkpoint ON run_item (run, state, group_number);
CREATE INDEX run_item_kind ON run_item (run, kind, document);
CREATE INDEX run_item_voucher ON run_item (voucher);
