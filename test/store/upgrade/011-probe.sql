CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;

COMMENT ON EXTENSION btree_gist IS 'support for indexing common datatypes in GiST';

CREATE FUNCTION public.event_is_append_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN
      RAISE EXCEPTION 'events are only ever appended: % refused', TG_OP USING ERRCODE = 'restrict_violation';
    END $$;

CREATE TABLE public.account (
    ref text NOT NULL,
    brand text NOT NULL,
    customer_number text NOT NULL,
    name text NOT NULL,
    birth_date date,
    language text NOT NULL,
    email text,
    mobile text,
    CONSTRAINT account_ref_check CHECK (((length(ref) >= 16) AND (length(ref) <= 64)))
);

CREATE TABLE public.agent (
    name text NOT NULL,
    display_name text NOT NULL,
    role text NOT NULL,
    brands text[] NOT NULL,
    topics text[] NOT NULL,
    languages text[] NOT NULL,
    phone text NOT NULL,
    password text NOT NULL,
    disabled boolean DEFAULT false NOT NULL,
    CONSTRAINT agent_name_check CHECK ((name ~ '^[a-z][a-z0-9.-]{0,31}$'::text)),
    CONSTRAINT agent_role_check CHECK ((role = ANY (ARRAY['agent'::text, 'supervisor'::text])))
);

CREATE TABLE public.agent_session (
    hash bytea NOT NULL,
    agent text NOT NULL,
    opened timestamp with time zone NOT NULL,
    seen timestamp with time zone NOT NULL
);

CREATE TABLE public.assignment (
    id text NOT NULL,
    call_id text NOT NULL,
    agent text NOT NULL,
    state text NOT NULL,
    version integer NOT NULL,
    at timestamp with time zone NOT NULL,
    facts jsonb NOT NULL,
    CONSTRAINT assignment_state_check CHECK ((state = ANY (ARRAY['ringing'::text, 'answering'::text, 'talking'::text, 'checking'::text, 'wrap_up'::text, 'over'::text])))
);

CREATE TABLE public.desk_reference (
    hash bytea NOT NULL,
    agent text NOT NULL,
    call_id text NOT NULL,
    expires timestamp with time zone NOT NULL
);

CREATE TABLE public.event (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    kind text NOT NULL,
    call_id text NOT NULL,
    brand text NOT NULL,
    ref text,
    actor text NOT NULL,
    facts jsonb NOT NULL
);

CREATE SEQUENCE public.event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.event_id_seq OWNED BY public.event.id;

CREATE TABLE public.identifier (
    id bigint NOT NULL,
    brand text NOT NULL,
    value text NOT NULL,
    kind text NOT NULL,
    ref text NOT NULL,
    sim_id text,
    valid_from timestamp with time zone,
    valid_to timestamp with time zone,
    CONSTRAINT identifier_check CHECK ((valid_from < valid_to)),
    CONSTRAINT identifier_check1 CHECK (((kind = 'sim_number'::text) = (sim_id IS NOT NULL))),
    CONSTRAINT identifier_kind_check CHECK ((kind = ANY (ARRAY['customer_number'::text, 'contract_number'::text, 'phone_number'::text, 'sim_number'::text, 'ticket_number'::text]))),
    CONSTRAINT identifier_value_check CHECK ((value ~ '^[0-9]{1,32}$'::text))
);

ALTER TABLE public.identifier ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.identifier_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.incident (
    brand text NOT NULL,
    name text NOT NULL,
    day date NOT NULL,
    texts jsonb NOT NULL,
    opened timestamp with time zone NOT NULL,
    closed timestamp with time zone,
    CONSTRAINT incident_name_check CHECK ((name ~ '^[a-z][a-z0-9-]{0,31}$'::text))
);

CREATE TABLE public.incident_account (
    brand text NOT NULL,
    name text NOT NULL,
    ref text NOT NULL,
    marked timestamp with time zone NOT NULL
);

CREATE TABLE public.kysely_migration (
    name character varying(255) NOT NULL,
    "timestamp" character varying(255) NOT NULL
);

CREATE TABLE public.kysely_migration_lock (
    id character varying(255) NOT NULL,
    is_locked integer DEFAULT 0 NOT NULL
);

CREATE TABLE public.notice (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    brand text NOT NULL,
    topic text,
    texts jsonb,
    until timestamp with time zone,
    actor text NOT NULL
);

CREATE SEQUENCE public.notice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.notice_id_seq OWNED BY public.notice.id;

CREATE TABLE public.pin_attempt (
    token text NOT NULL,
    subject text NOT NULL,
    own_subject text,
    credential text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    reserved boolean NOT NULL,
    serial integer,
    own_serial integer,
    outcome text,
    CONSTRAINT pin_attempt_check CHECK ((reserved OR (outcome IS NULL))),
    CONSTRAINT pin_attempt_outcome_check CHECK ((outcome = ANY (ARRAY['right'::text, 'wrong'::text])))
);

CREATE TABLE public.pin_key (
    kid text NOT NULL,
    check_value bytea NOT NULL,
    seen timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT pin_key_check_value_check CHECK ((octet_length(check_value) = 32))
);

CREATE TABLE public.pin_state (
    subject text NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    consecutive integer DEFAULT 0 NOT NULL,
    failures timestamp with time zone[] DEFAULT '{}'::timestamp with time zone[] NOT NULL,
    locked_until timestamp with time zone,
    hard_locked boolean DEFAULT false NOT NULL,
    tried_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT pin_state_consecutive_check CHECK ((consecutive >= 0))
);

CREATE TABLE public.presence (
    agent text NOT NULL,
    presence text NOT NULL,
    because text,
    since timestamp with time zone NOT NULL,
    CONSTRAINT presence_presence_check CHECK ((presence = ANY (ARRAY['available'::text, 'away'::text])))
);

CREATE TABLE public.probe (
    one boolean NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT probe_one_check CHECK (one)
);

CREATE TABLE public.queue_journal (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    call_id text NOT NULL,
    queue text NOT NULL,
    facts jsonb NOT NULL
);

CREATE SEQUENCE public.queue_journal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.queue_journal_id_seq OWNED BY public.queue_journal.id;

CREATE TABLE public.queue_place (
    call_id text NOT NULL,
    brand text NOT NULL,
    queue text NOT NULL,
    topic text,
    language text NOT NULL,
    level integer NOT NULL,
    since timestamp with time zone NOT NULL,
    place timestamp with time zone NOT NULL,
    reason text NOT NULL,
    ticket text,
    arrival bigint NOT NULL,
    seen timestamp with time zone NOT NULL,
    told_at timestamp with time zone,
    told_position integer,
    CONSTRAINT queue_place_reason_check CHECK ((reason = ANY (ARRAY['waiting'::text, 'ticket'::text, 'returned'::text])))
);

CREATE TABLE public.sim (
    id text NOT NULL,
    ref text NOT NULL,
    CONSTRAINT sim_id_check CHECK (((length(id) >= 16) AND (length(id) <= 64)))
);

CREATE TABLE public.ticket (
    brand text NOT NULL,
    number text NOT NULL,
    ref text NOT NULL,
    topic text NOT NULL,
    reported_at timestamp with time zone NOT NULL,
    open boolean NOT NULL,
    CONSTRAINT ticket_number_check CHECK ((number ~ '^[0-9]{1,32}$'::text))
);

CREATE TABLE public.ticket_note (
    id bigint NOT NULL,
    brand text NOT NULL,
    number text NOT NULL,
    at timestamp with time zone NOT NULL,
    agent text NOT NULL,
    text text NOT NULL,
    CONSTRAINT ticket_note_text_check CHECK (((length(text) >= 1) AND (length(text) <= 2000)))
);

CREATE SEQUENCE public.ticket_note_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.ticket_note_id_seq OWNED BY public.ticket_note.id;

CREATE TABLE public.verifier (
    brand text NOT NULL,
    ref text NOT NULL,
    credential text NOT NULL,
    sim text DEFAULT ''::text NOT NULL,
    stored jsonb NOT NULL,
    set_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.event ALTER COLUMN id SET DEFAULT nextval('public.event_id_seq'::regclass);

ALTER TABLE ONLY public.notice ALTER COLUMN id SET DEFAULT nextval('public.notice_id_seq'::regclass);

ALTER TABLE ONLY public.queue_journal ALTER COLUMN id SET DEFAULT nextval('public.queue_journal_id_seq'::regclass);

ALTER TABLE ONLY public.ticket_note ALTER COLUMN id SET DEFAULT nextval('public.ticket_note_id_seq'::regclass);

INSERT INTO public.account (ref, brand, customer_number, name, birth_date, language, email, mobile) VALUES ('g4d1snb5Ny1_pxWnnxFgpQ', 'rheinnetz', '407182632', 'Ada Beispiel', NULL, 'de', NULL, NULL);
INSERT INTO public.account (ref, brand, customer_number, name, birth_date, language, email, mobile) VALUES ('gZ5ursCSqVcFAxDt0jbKxA', 'rheinnetz', '519038476', 'Ada Beispiel', NULL, 'de', NULL, NULL);
INSERT INTO public.account (ref, brand, customer_number, name, birth_date, language, email, mobile) VALUES ('oMWLG7lJubG-eqOEKfOGlw', 'rheinnetz', '628405919', 'Ada Beispiel', NULL, 'de', NULL, NULL);
INSERT INTO public.account (ref, brand, customer_number, name, birth_date, language, email, mobile) VALUES ('U4TfeHZvaiolK9i5QIWCjg', 'fuldanetz', '305719467', 'Ada Beispiel', NULL, 'de', NULL, NULL);
INSERT INTO public.account (ref, brand, customer_number, name, birth_date, language, email, mobile) VALUES ('O7zY1ckR112yo3crzF3LrA', 'alpenfunk', '53999998', 'Ada Beispiel', NULL, 'de', NULL, NULL);

INSERT INTO public.agent (name, display_name, role, brands, topics, languages, phone, password, disabled) VALUES ('mara', 'mara', 'agent', '{rheinnetz}', '{bill}', '{de}', 'client:mara', '$argon2id$v=19$m=19456,t=2,p=1$ygskPfBSe8lVrV0AX3zyxw$V+Q3PJ97TrNg2db86oBiAhbtid8Cor4THCA/ybS8jYQ', false);
INSERT INTO public.agent (name, display_name, role, brands, topics, languages, phone, password, disabled) VALUES ('nils', 'nils', 'agent', '{rheinnetz}', '{bill}', '{de}', 'client:nils', '$argon2id$v=19$m=19456,t=2,p=1$vMHSlMH4lmZF9mP3LGtd/w$bVVnkFfWNJ1/5SWWKcb6gxnXKfozUhdk3oDPt4rlb5o', true);

INSERT INTO public.event (id, at, kind, call_id, brand, ref, actor, facts) VALUES (1, '2026-11-29 12:04:43.454614+00', 'incident', '-', 'rheinnetz', NULL, 'make', '{"act": "open", "day": "2026-10-01", "name": "mail-2026-10"}');
INSERT INTO public.event (id, at, kind, call_id, brand, ref, actor, facts) VALUES (2, '2026-11-29 12:04:43.457769+00', 'incident', '-', 'rheinnetz', NULL, 'make', '{"act": "mark", "name": "mail-2026-10", "before": 0, "marked": 1, "unknown": 0}');
INSERT INTO public.event (id, at, kind, call_id, brand, ref, actor, facts) VALUES (3, '2026-11-29 12:04:43.74993+00', 'verify', 'CA00000000000000000000000000001001', 'rheinnetz', 'gZ5ursCSqVcFAxDt0jbKxA', 'caller', '{"result": "wrong", "credential": "pin"}');
INSERT INTO public.event (id, at, kind, call_id, brand, ref, actor, facts) VALUES (4, '2026-11-29 12:04:43.782061+00', 'end', 'CA00000000000000000000000000001001', 'rheinnetz', 'gZ5ursCSqVcFAxDt0jbKxA', 'caller', '{"level": 1, "tries": 1, "outcome": "not_needed"}');
INSERT INTO public.event (id, at, kind, call_id, brand, ref, actor, facts) VALUES (5, '2026-11-29 12:04:43.900183+00', 'verify', 'CA00000000000000000000000000001002', 'rheinnetz', 'gZ5ursCSqVcFAxDt0jbKxA', 'caller', '{"result": "wrong", "credential": "pin"}');
INSERT INTO public.event (id, at, kind, call_id, brand, ref, actor, facts) VALUES (6, '2026-11-29 12:04:43.950807+00', 'end', 'CA00000000000000000000000000001002', 'rheinnetz', 'gZ5ursCSqVcFAxDt0jbKxA', 'caller', '{"level": 1, "tries": 1, "outcome": "not_needed"}');
INSERT INTO public.event (id, at, kind, call_id, brand, ref, actor, facts) VALUES (7, '2026-11-29 12:04:44.076644+00', 'verify', 'CA00000000000000000000000000001003', 'rheinnetz', 'gZ5ursCSqVcFAxDt0jbKxA', 'caller', '{"result": "wrong", "credential": "pin"}');
INSERT INTO public.event (id, at, kind, call_id, brand, ref, actor, facts) VALUES (8, '2026-11-29 12:04:44.094063+00', 'end', 'CA00000000000000000000000000001003', 'rheinnetz', 'gZ5ursCSqVcFAxDt0jbKxA', 'caller', '{"level": 1, "tries": 1, "outcome": "not_needed"}');
INSERT INTO public.event (id, at, kind, call_id, brand, ref, actor, facts) VALUES (9, '2026-11-29 12:04:44.176377+00', 'verify', 'CA00000000000000000000000000001004', 'rheinnetz', 'gZ5ursCSqVcFAxDt0jbKxA', 'caller', '{"result": "wrong", "credential": "pin"}');
INSERT INTO public.event (id, at, kind, call_id, brand, ref, actor, facts) VALUES (10, '2026-11-29 12:04:44.196392+00', 'end', 'CA00000000000000000000000000001004', 'rheinnetz', 'gZ5ursCSqVcFAxDt0jbKxA', 'caller', '{"level": 1, "tries": 1, "outcome": "not_needed"}');
INSERT INTO public.event (id, at, kind, call_id, brand, ref, actor, facts) VALUES (11, '2026-11-29 12:04:44.285227+00', 'verify', 'CA00000000000000000000000000001005', 'rheinnetz', 'gZ5ursCSqVcFAxDt0jbKxA', 'caller', '{"result": "wrong", "credential": "pin"}');
INSERT INTO public.event (id, at, kind, call_id, brand, ref, actor, facts) VALUES (12, '2026-11-29 12:04:44.306088+00', 'end', 'CA00000000000000000000000000001005', 'rheinnetz', 'gZ5ursCSqVcFAxDt0jbKxA', 'caller', '{"level": 1, "tries": 1, "outcome": "not_needed"}');
INSERT INTO public.event (id, at, kind, call_id, brand, ref, actor, facts) VALUES (13, '2026-11-29 12:04:44.428505+00', 'verify', 'CA00000000000000000000000000001006', 'rheinnetz', 'gZ5ursCSqVcFAxDt0jbKxA', 'caller', '{"result": "wrong", "credential": "pin"}');
INSERT INTO public.event (id, at, kind, call_id, brand, ref, actor, facts) VALUES (14, '2026-11-29 12:04:44.438976+00', 'end', 'CA00000000000000000000000000001006', 'rheinnetz', 'gZ5ursCSqVcFAxDt0jbKxA', 'caller', '{"level": 1, "tries": 1, "outcome": "not_needed"}');
INSERT INTO public.event (id, at, kind, call_id, brand, ref, actor, facts) VALUES (15, '2026-11-29 12:04:44.537235+00', 'verify', 'CA00000000000000000000000000001007', 'rheinnetz', 'gZ5ursCSqVcFAxDt0jbKxA', 'caller', '{"result": "wrong", "credential": "pin"}');
INSERT INTO public.event (id, at, kind, call_id, brand, ref, actor, facts) VALUES (16, '2026-11-29 12:04:44.551032+00', 'end', 'CA00000000000000000000000000001007', 'rheinnetz', 'gZ5ursCSqVcFAxDt0jbKxA', 'caller', '{"level": 1, "tries": 1, "outcome": "not_needed"}');
INSERT INTO public.event (id, at, kind, call_id, brand, ref, actor, facts) VALUES (17, '2026-11-29 12:04:45.154088+00', 'verify', 'CA00000000000000000000000000001008', 'rheinnetz', 'gZ5ursCSqVcFAxDt0jbKxA', 'caller', '{"result": "wrong", "credential": "pin"}');
INSERT INTO public.event (id, at, kind, call_id, brand, ref, actor, facts) VALUES (18, '2026-11-29 12:04:45.483301+00', 'end', 'CA00000000000000000000000000001008', 'rheinnetz', 'gZ5ursCSqVcFAxDt0jbKxA', 'caller', '{"level": 1, "tries": 1, "outcome": "not_needed"}');
INSERT INTO public.event (id, at, kind, call_id, brand, ref, actor, facts) VALUES (19, '2026-11-29 12:04:45.527704+00', 'verify', 'CA00000000000000000000000000001009', 'rheinnetz', 'gZ5ursCSqVcFAxDt0jbKxA', 'caller', '{"result": "wrong", "credential": "pin"}');
INSERT INTO public.event (id, at, kind, call_id, brand, ref, actor, facts) VALUES (20, '2026-11-29 12:04:45.538076+00', 'end', 'CA00000000000000000000000000001009', 'rheinnetz', 'gZ5ursCSqVcFAxDt0jbKxA', 'caller', '{"level": 1, "tries": 1, "outcome": "not_needed"}');
INSERT INTO public.event (id, at, kind, call_id, brand, ref, actor, facts) VALUES (21, '2026-11-29 12:04:45.618737+00', 'verify', 'CA0000000000000000000000000000100a', 'rheinnetz', 'gZ5ursCSqVcFAxDt0jbKxA', 'caller', '{"result": "wrong", "credential": "pin"}');
INSERT INTO public.event (id, at, kind, call_id, brand, ref, actor, facts) VALUES (22, '2026-11-29 12:04:45.63515+00', 'end', 'CA0000000000000000000000000000100a', 'rheinnetz', 'gZ5ursCSqVcFAxDt0jbKxA', 'caller', '{"level": 1, "tries": 1, "outcome": "not_needed"}');
INSERT INTO public.event (id, at, kind, call_id, brand, ref, actor, facts) VALUES (23, '2026-11-29 12:04:45.727698+00', 'verify', 'CA0000000000000000000000000000100b', 'rheinnetz', 'oMWLG7lJubG-eqOEKfOGlw', 'caller', '{"result": "wrong", "credential": "pin"}');
INSERT INTO public.event (id, at, kind, call_id, brand, ref, actor, facts) VALUES (24, '2026-11-29 12:04:45.734221+00', 'end', 'CA0000000000000000000000000000100b', 'rheinnetz', 'oMWLG7lJubG-eqOEKfOGlw', 'caller', '{"level": 1, "tries": 1, "outcome": "not_needed"}');
INSERT INTO public.event (id, at, kind, call_id, brand, ref, actor, facts) VALUES (25, '2026-11-29 12:04:45.809771+00', 'verify', 'CA0000000000000000000000000000100c', 'rheinnetz', 'oMWLG7lJubG-eqOEKfOGlw', 'caller', '{"result": "wrong", "credential": "pin"}');
INSERT INTO public.event (id, at, kind, call_id, brand, ref, actor, facts) VALUES (26, '2026-11-29 12:04:45.821316+00', 'end', 'CA0000000000000000000000000000100c', 'rheinnetz', 'oMWLG7lJubG-eqOEKfOGlw', 'caller', '{"level": 1, "tries": 1, "outcome": "not_needed"}');
INSERT INTO public.event (id, at, kind, call_id, brand, ref, actor, facts) VALUES (27, '2026-11-29 12:04:45.891964+00', 'verify', 'CA0000000000000000000000000000100d', 'rheinnetz', 'oMWLG7lJubG-eqOEKfOGlw', 'caller', '{"result": "wrong", "credential": "pin"}');
INSERT INTO public.event (id, at, kind, call_id, brand, ref, actor, facts) VALUES (28, '2026-11-29 12:04:45.902807+00', 'end', 'CA0000000000000000000000000000100d', 'rheinnetz', 'oMWLG7lJubG-eqOEKfOGlw', 'caller', '{"level": 1, "tries": 1, "outcome": "not_needed"}');
INSERT INTO public.event (id, at, kind, call_id, brand, ref, actor, facts) VALUES (29, '2026-11-29 12:04:46.002707+00', 'verify', 'CA0000000000000000000000000000100e', 'rheinnetz', 'g4d1snb5Ny1_pxWnnxFgpQ', 'caller', '{"result": "right", "credential": "pin"}');
INSERT INTO public.event (id, at, kind, call_id, brand, ref, actor, facts) VALUES (30, '2026-11-29 12:04:46.037809+00', 'hand_off', 'CA0000000000000000000000000000100e', 'rheinnetz', 'g4d1snb5Ny1_pxWnnxFgpQ', 'caller', '{"to": "rheinnetz.bill", "level": 2, "outcome": "verified", "queueLevel": 2}');
INSERT INTO public.event (id, at, kind, call_id, brand, ref, actor, facts) VALUES (31, '2026-11-29 12:04:46.12316+00', 'context_read', 'CA0000000000000000000000000000100e', 'rheinnetz', 'g4d1snb5Ny1_pxWnnxFgpQ', 'api', '{"level": 2, "account": true}');

INSERT INTO public.identifier (id, brand, value, kind, ref, sim_id, valid_from, valid_to) OVERRIDING SYSTEM VALUE VALUES (1, 'rheinnetz', '407182632', 'customer_number', 'g4d1snb5Ny1_pxWnnxFgpQ', NULL, NULL, NULL);
INSERT INTO public.identifier (id, brand, value, kind, ref, sim_id, valid_from, valid_to) OVERRIDING SYSTEM VALUE VALUES (2, 'rheinnetz', '519038476', 'customer_number', 'gZ5ursCSqVcFAxDt0jbKxA', NULL, NULL, NULL);
INSERT INTO public.identifier (id, brand, value, kind, ref, sim_id, valid_from, valid_to) OVERRIDING SYSTEM VALUE VALUES (3, 'rheinnetz', '628405919', 'customer_number', 'oMWLG7lJubG-eqOEKfOGlw', NULL, NULL, NULL);
INSERT INTO public.identifier (id, brand, value, kind, ref, sim_id, valid_from, valid_to) OVERRIDING SYSTEM VALUE VALUES (4, 'fuldanetz', '305719467', 'customer_number', 'U4TfeHZvaiolK9i5QIWCjg', NULL, NULL, NULL);
INSERT INTO public.identifier (id, brand, value, kind, ref, sim_id, valid_from, valid_to) OVERRIDING SYSTEM VALUE VALUES (5, 'alpenfunk', '53999998', 'customer_number', 'O7zY1ckR112yo3crzF3LrA', NULL, NULL, NULL);
INSERT INTO public.identifier (id, brand, value, kind, ref, sim_id, valid_from, valid_to) OVERRIDING SYSTEM VALUE VALUES (6, 'alpenfunk', '8949039200530629436', 'sim_number', 'O7zY1ckR112yo3crzF3LrA', '6KcgLLLI5yDzatwPhF-S6w', NULL, '2026-11-22 10:00:00.952+00');
INSERT INTO public.identifier (id, brand, value, kind, ref, sim_id, valid_from, valid_to) OVERRIDING SYSTEM VALUE VALUES (7, 'alpenfunk', '8949039200539999996', 'sim_number', 'O7zY1ckR112yo3crzF3LrA', 'jBs7z3EUGqdszrvkOCqbaw', '2026-11-22 10:00:00.952+00', NULL);
INSERT INTO public.identifier (id, brand, value, kind, ref, sim_id, valid_from, valid_to) OVERRIDING SYSTEM VALUE VALUES (8, 'fuldanetz', '7100482935', 'ticket_number', 'U4TfeHZvaiolK9i5QIWCjg', NULL, NULL, NULL);

INSERT INTO public.incident (brand, name, day, texts, opened, closed) VALUES ('rheinnetz', 'mail-2026-10', '2026-10-01', '{"de": "Eine Mail hatte eine fremde Nummer.", "en": "A mail had a wrong number."}', '2026-11-22 10:00:00.99+00', NULL);

INSERT INTO public.incident_account (brand, name, ref, marked) VALUES ('rheinnetz', 'mail-2026-10', 'g4d1snb5Ny1_pxWnnxFgpQ', '2026-11-22 10:00:00.99+00');

INSERT INTO public.kysely_migration (name, "timestamp") VALUES ('001-accounts', '2026-11-29T12:04:42.228Z');
INSERT INTO public.kysely_migration (name, "timestamp") VALUES ('002-attempts', '2026-11-29T12:04:42.237Z');
INSERT INTO public.kysely_migration (name, "timestamp") VALUES ('003-events', '2026-11-29T12:04:42.243Z');
INSERT INTO public.kysely_migration (name, "timestamp") VALUES ('004-floor', '2026-11-29T12:04:42.266Z');
INSERT INTO public.kysely_migration (name, "timestamp") VALUES ('005-agents', '2026-11-29T12:04:42.275Z');
INSERT INTO public.kysely_migration (name, "timestamp") VALUES ('006-notices', '2026-11-29T12:04:42.279Z');
INSERT INTO public.kysely_migration (name, "timestamp") VALUES ('007-incidents', '2026-11-29T12:04:42.288Z');
INSERT INTO public.kysely_migration (name, "timestamp") VALUES ('008-pin-keys', '2026-11-29T12:04:42.290Z');
INSERT INTO public.kysely_migration (name, "timestamp") VALUES ('009-sims', '2026-11-29T12:04:42.291Z');
INSERT INTO public.kysely_migration (name, "timestamp") VALUES ('010-lately-over', '2026-11-29T12:04:42.294Z');
INSERT INTO public.kysely_migration (name, "timestamp") VALUES ('011-probe', '2026-11-29T12:04:42.295Z');

INSERT INTO public.kysely_migration_lock (id, is_locked) VALUES ('migration_lock', 0);

INSERT INTO public.notice (id, at, brand, topic, texts, until, actor) VALUES (1, '2026-11-22 10:00:00.99+00', 'fuldanetz', NULL, '{"de": "Im Norden ist das Netz gestört.", "en": "A fault in the north."}', NULL, 'make');

INSERT INTO public.pin_attempt (token, subject, own_subject, credential, at, reserved, serial, own_serial, outcome) VALUES ('ekYIzOE9ZAbOT7XlqqViWQ', 'account:rheinnetz/gZ5ursCSqVcFAxDt0jbKxA', NULL, 'pin', '2026-11-29 12:04:43.699432+00', true, 1, NULL, 'wrong');
INSERT INTO public.pin_attempt (token, subject, own_subject, credential, at, reserved, serial, own_serial, outcome) VALUES ('uR3nzkKug0bYRxPH5TWcfg', 'account:rheinnetz/gZ5ursCSqVcFAxDt0jbKxA', NULL, 'pin', '2026-11-29 12:04:43.831723+00', true, 2, NULL, 'wrong');
INSERT INTO public.pin_attempt (token, subject, own_subject, credential, at, reserved, serial, own_serial, outcome) VALUES ('Lr6_FpN8ECVsfd5sSsztUw', 'account:rheinnetz/gZ5ursCSqVcFAxDt0jbKxA', NULL, 'pin', '2026-11-29 12:04:44.010857+00', true, 3, NULL, 'wrong');
INSERT INTO public.pin_attempt (token, subject, own_subject, credential, at, reserved, serial, own_serial, outcome) VALUES ('6fzLemeVMIyDo7LyWjCtNA', 'account:rheinnetz/gZ5ursCSqVcFAxDt0jbKxA', NULL, 'pin', '2026-11-29 12:04:44.142077+00', true, 4, NULL, 'wrong');
INSERT INTO public.pin_attempt (token, subject, own_subject, credential, at, reserved, serial, own_serial, outcome) VALUES ('LVOC9CsfnSHF77Vef5RSgQ', 'account:rheinnetz/gZ5ursCSqVcFAxDt0jbKxA', NULL, 'pin', '2026-11-29 12:04:44.23465+00', true, 5, NULL, 'wrong');
INSERT INTO public.pin_attempt (token, subject, own_subject, credential, at, reserved, serial, own_serial, outcome) VALUES ('hgttD_ATOav8kkdGyXBfkQ', 'account:rheinnetz/gZ5ursCSqVcFAxDt0jbKxA', NULL, 'pin', '2026-11-29 12:04:44.356008+00', true, 6, NULL, 'wrong');
INSERT INTO public.pin_attempt (token, subject, own_subject, credential, at, reserved, serial, own_serial, outcome) VALUES ('QmYAVkDwSKDayUfSRqKuzw', 'account:rheinnetz/gZ5ursCSqVcFAxDt0jbKxA', NULL, 'pin', '2026-11-29 12:04:44.479482+00', true, 7, NULL, 'wrong');
INSERT INTO public.pin_attempt (token, subject, own_subject, credential, at, reserved, serial, own_serial, outcome) VALUES ('fw8TUXovKq6oI1M8EU_RfA', 'account:rheinnetz/gZ5ursCSqVcFAxDt0jbKxA', NULL, 'pin', '2026-11-29 12:04:44.711523+00', true, 8, NULL, 'wrong');
INSERT INTO public.pin_attempt (token, subject, own_subject, credential, at, reserved, serial, own_serial, outcome) VALUES ('tLCN2HXpL36EObFLsJ0PGA', 'account:rheinnetz/gZ5ursCSqVcFAxDt0jbKxA', NULL, 'pin', '2026-11-29 12:04:45.50498+00', true, 9, NULL, 'wrong');
INSERT INTO public.pin_attempt (token, subject, own_subject, credential, at, reserved, serial, own_serial, outcome) VALUES ('3Ce5JJtxZOhl1bjSe69AKA', 'account:rheinnetz/gZ5ursCSqVcFAxDt0jbKxA', NULL, 'pin', '2026-11-29 12:04:45.569102+00', true, 10, NULL, 'wrong');
INSERT INTO public.pin_attempt (token, subject, own_subject, credential, at, reserved, serial, own_serial, outcome) VALUES ('sVU9sxs1itSdUSsyOfw1gQ', 'account:rheinnetz/oMWLG7lJubG-eqOEKfOGlw', NULL, 'pin', '2026-11-29 12:04:45.671731+00', true, 1, NULL, 'wrong');
INSERT INTO public.pin_attempt (token, subject, own_subject, credential, at, reserved, serial, own_serial, outcome) VALUES ('gk2WCeJJd9s6wnANhqiCZg', 'account:rheinnetz/oMWLG7lJubG-eqOEKfOGlw', NULL, 'pin', '2026-11-29 12:04:45.772524+00', true, 2, NULL, 'wrong');
INSERT INTO public.pin_attempt (token, subject, own_subject, credential, at, reserved, serial, own_serial, outcome) VALUES ('ZO5SghDn7ovc77rULwjrXg', 'account:rheinnetz/oMWLG7lJubG-eqOEKfOGlw', NULL, 'pin', '2026-11-29 12:04:45.863118+00', true, 3, NULL, 'wrong');
INSERT INTO public.pin_attempt (token, subject, own_subject, credential, at, reserved, serial, own_serial, outcome) VALUES ('qnai_OK0C6bKc7W_nF3-8w', 'account:rheinnetz/g4d1snb5Ny1_pxWnnxFgpQ', NULL, 'pin', '2026-11-29 12:04:45.939473+00', true, 1, NULL, 'right');

INSERT INTO public.pin_key (kid, check_value, seen) VALUES ('fixture', '\xe1e7bcdc6c4f1458fc81de14d3ec878f1a4770363dcc22f11d400b2e1eabec0d', '2026-11-29 12:04:42.938063+00');

INSERT INTO public.pin_state (subject, tries, consecutive, failures, locked_until, hard_locked, tried_at) VALUES ('account:rheinnetz/gZ5ursCSqVcFAxDt0jbKxA', 10, 10, '{"2026-11-19 02:04:43.699432+00","2026-11-20 03:04:43.831723+00","2026-11-21 04:04:44.010857+00","2026-11-22 05:04:44.142077+00","2026-11-23 06:04:44.23465+00","2026-11-24 07:04:44.356008+00","2026-11-25 08:04:44.479482+00","2026-11-26 09:04:44.711523+00","2026-11-27 10:04:45.50498+00","2026-11-28 11:04:45.569102+00"}', '2026-11-25 07:04:44.356008+00', true, '2026-11-28 11:04:45.569102+00');
INSERT INTO public.pin_state (subject, tries, consecutive, failures, locked_until, hard_locked, tried_at) VALUES ('account:rheinnetz/oMWLG7lJubG-eqOEKfOGlw', 3, 3, '{"2026-11-29 12:04:45.671731+00","2026-11-29 12:04:45.772524+00","2026-11-29 12:04:45.863118+00"}', '2100-01-01 00:00:00+00', false, '2026-11-29 12:04:45.863118+00');
INSERT INTO public.pin_state (subject, tries, consecutive, failures, locked_until, hard_locked, tried_at) VALUES ('account:rheinnetz/g4d1snb5Ny1_pxWnnxFgpQ', 1, 0, '{}', NULL, false, '2026-11-29 12:04:45.939473+00');

INSERT INTO public.queue_journal (id, at, kind, call_id, queue, facts) VALUES (1, '2026-11-22 10:00:15.675+00', 'joined', 'CA0000000000000000000000000000100e', 'rheinnetz.bill', '{"brand": "rheinnetz", "level": 2, "place": "2026-11-22T10:00:15.675Z", "rings": false, "since": "2026-11-22T10:00:15.675Z", "topic": "bill", "reason": "waiting", "language": "de"}');

INSERT INTO public.queue_place (call_id, brand, queue, topic, language, level, since, place, reason, ticket, arrival, seen, told_at, told_position) VALUES ('CA0000000000000000000000000000100e', 'rheinnetz', 'rheinnetz.bill', 'bill', 'de', 2, '2026-11-22 10:00:15.675+00', '2026-11-22 10:00:15.675+00', 'waiting', NULL, 1, '2026-11-22 10:00:15.675+00', NULL, NULL);

INSERT INTO public.sim (id, ref) VALUES ('6KcgLLLI5yDzatwPhF-S6w', 'O7zY1ckR112yo3crzF3LrA');
INSERT INTO public.sim (id, ref) VALUES ('jBs7z3EUGqdszrvkOCqbaw', 'O7zY1ckR112yo3crzF3LrA');

INSERT INTO public.ticket (brand, number, ref, topic, reported_at, open) VALUES ('fuldanetz', '7100482935', 'U4TfeHZvaiolK9i5QIWCjg', 'outage', '2026-05-04 05:52:00+00', true);

INSERT INTO public.ticket_note (id, brand, number, at, agent, text) VALUES (1, 'fuldanetz', '7100482935', '2026-11-22 10:00:00.99+00', 'mara', 'Der Techniker kommt am Montag.');

INSERT INTO public.verifier (brand, ref, credential, sim, stored, set_at) VALUES ('fuldanetz', 'U4TfeHZvaiolK9i5QIWCjg', 'pin', '', '{"v": 1, "tag": "vgdCVpwCRi+EKyBvwHEUzkVmJ3q09X/0C1dBk/mWBUA=", "kids": ["fixture"], "salt": "2uRjFlNHXenUaxlC0+SMhQ==", "params": {"m": 19456, "p": 1, "t": 2}}', '2026-11-29 12:04:43.257531+00');
INSERT INTO public.verifier (brand, ref, credential, sim, stored, set_at) VALUES ('rheinnetz', 'g4d1snb5Ny1_pxWnnxFgpQ', 'pin', '', '{"v": 1, "tag": "IFhCj9AVBsP2zzXGdWfWzVHoIwoADxYt3QXBHIOgLwg=", "kids": ["fixture"], "salt": "gzkmmzzaREVXTbC7nfP8RA==", "params": {"m": 19456, "p": 1, "t": 2}}', '2026-11-29 12:04:43.257531+00');
INSERT INTO public.verifier (brand, ref, credential, sim, stored, set_at) VALUES ('rheinnetz', 'gZ5ursCSqVcFAxDt0jbKxA', 'pin', '', '{"v": 1, "tag": "sdnn6dEdFWYPrVf7hNzNMeRzK00z73Fum8UItnKfdAs=", "kids": ["fixture"], "salt": "yH2JjsNFJkZYNDGxRPUKOw==", "params": {"m": 19456, "p": 1, "t": 2}}', '2026-11-29 12:04:43.257531+00');
INSERT INTO public.verifier (brand, ref, credential, sim, stored, set_at) VALUES ('rheinnetz', 'oMWLG7lJubG-eqOEKfOGlw', 'pin', '', '{"v": 1, "tag": "FrXGULYzFCLIn1vz6PTR0nJmcE62tnhat9tWWbbSivk=", "kids": ["fixture"], "salt": "++6jEkuOpSr08TtXKy61Xw==", "params": {"m": 19456, "p": 1, "t": 2}}', '2026-11-29 12:04:43.257531+00');
INSERT INTO public.verifier (brand, ref, credential, sim, stored, set_at) VALUES ('alpenfunk', 'O7zY1ckR112yo3crzF3LrA', 'pin', '', '{"v": 1, "tag": "6boKcjBqtAHHl/X25/dkwF/MtemorP41O5oeIYI1wMw=", "kids": ["fixture"], "salt": "lgzvX+ROqHzI/GTPoFqneg==", "params": {"m": 19456, "p": 1, "t": 2}}', '2026-11-29 12:04:43.369375+00');
INSERT INTO public.verifier (brand, ref, credential, sim, stored, set_at) VALUES ('alpenfunk', 'O7zY1ckR112yo3crzF3LrA', 'puk', '6KcgLLLI5yDzatwPhF-S6w', '{"v": 1, "tag": "9KtRHNFjwvCOTJa2OOyJ0gGGZUK54yZ4Z94Ozpi3b9k=", "kids": ["fixture"], "salt": "v4bOWNUGXWYblUDpLGrbvw==", "params": {"m": 19456, "p": 1, "t": 2}}', '2026-11-29 12:04:43.369375+00');
INSERT INTO public.verifier (brand, ref, credential, sim, stored, set_at) VALUES ('alpenfunk', 'O7zY1ckR112yo3crzF3LrA', 'puk', 'jBs7z3EUGqdszrvkOCqbaw', '{"v": 1, "tag": "10H+Odbyn/DFPBwn/mH5JrHzaSmQxJVKTu+i0MJQI4Q=", "kids": ["fixture"], "salt": "vyhBfjzdmUfP/bs8oxc8XA==", "params": {"m": 19456, "p": 1, "t": 2}}', '2026-11-29 12:04:43.415546+00');

SELECT pg_catalog.setval('public.event_id_seq', 31, true);

SELECT pg_catalog.setval('public.identifier_id_seq', 8, true);

SELECT pg_catalog.setval('public.notice_id_seq', 1, true);

SELECT pg_catalog.setval('public.queue_journal_id_seq', 1, true);

SELECT pg_catalog.setval('public.ticket_note_id_seq', 1, true);

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_brand_customer_number_key UNIQUE (brand, customer_number);

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (ref);

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_ref_brand_key UNIQUE (ref, brand);

ALTER TABLE ONLY public.agent
    ADD CONSTRAINT agent_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.agent_session
    ADD CONSTRAINT agent_session_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY public.assignment
    ADD CONSTRAINT assignment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.desk_reference
    ADD CONSTRAINT desk_reference_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.identifier
    ADD CONSTRAINT identifier_has_one_owner EXCLUDE USING gist (brand WITH =, value WITH =, ref WITH <>, tstzrange(valid_from, valid_to) WITH &&);

ALTER TABLE ONLY public.identifier
    ADD CONSTRAINT identifier_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.incident_account
    ADD CONSTRAINT incident_account_pkey PRIMARY KEY (brand, ref, name);

ALTER TABLE ONLY public.incident
    ADD CONSTRAINT incident_pkey PRIMARY KEY (brand, name);

ALTER TABLE ONLY public.kysely_migration_lock
    ADD CONSTRAINT kysely_migration_lock_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.kysely_migration
    ADD CONSTRAINT kysely_migration_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.pin_attempt
    ADD CONSTRAINT pin_attempt_pkey PRIMARY KEY (token);

ALTER TABLE ONLY public.pin_key
    ADD CONSTRAINT pin_key_pkey PRIMARY KEY (kid);

ALTER TABLE ONLY public.pin_state
    ADD CONSTRAINT pin_state_pkey PRIMARY KEY (subject);

ALTER TABLE ONLY public.presence
    ADD CONSTRAINT presence_pkey PRIMARY KEY (agent);

ALTER TABLE ONLY public.probe
    ADD CONSTRAINT probe_pkey PRIMARY KEY (one);

ALTER TABLE ONLY public.queue_journal
    ADD CONSTRAINT queue_journal_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.queue_place
    ADD CONSTRAINT queue_place_pkey PRIMARY KEY (call_id);

ALTER TABLE ONLY public.sim
    ADD CONSTRAINT sim_id_ref_key UNIQUE (id, ref);

ALTER TABLE ONLY public.sim
    ADD CONSTRAINT sim_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ticket_note
    ADD CONSTRAINT ticket_note_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ticket
    ADD CONSTRAINT ticket_pkey PRIMARY KEY (brand, number);

ALTER TABLE ONLY public.verifier
    ADD CONSTRAINT verifier_pkey PRIMARY KEY (brand, ref, credential, sim);

CREATE INDEX agent_session_of_agent ON public.agent_session USING btree (agent);

CREATE UNIQUE INDEX assignment_of_agent ON public.assignment USING btree (agent) WHERE (state <> 'over'::text);

CREATE INDEX assignment_of_call ON public.assignment USING btree (call_id, at);

CREATE INDEX assignment_over ON public.assignment USING btree (((facts ->> 'since'::text))) WHERE (state = 'over'::text);

CREATE UNIQUE INDEX assignment_rings_once ON public.assignment USING btree (call_id) WHERE (state = 'ringing'::text);

CREATE UNIQUE INDEX assignment_talks_once ON public.assignment USING btree (call_id) WHERE (state = ANY (ARRAY['answering'::text, 'talking'::text, 'checking'::text]));

CREATE INDEX event_call_id ON public.event USING btree (call_id, id);

CREATE INDEX event_of_brand ON public.event USING btree (brand, at);

CREATE INDEX identifier_by_value ON public.identifier USING btree (brand, value);

CREATE INDEX identifier_of_account ON public.identifier USING btree (ref);

CREATE UNIQUE INDEX identifier_once ON public.identifier USING btree (ref, kind, value) WHERE (valid_to IS NULL);

CREATE INDEX incident_account_of_incident ON public.incident_account USING btree (brand, name);

CREATE INDEX notice_place ON public.notice USING btree (brand, topic, id);

CREATE INDEX pin_attempt_at ON public.pin_attempt USING btree (at);

CREATE INDEX pin_state_unknown ON public.pin_state USING btree (tried_at) WHERE starts_with(subject, 'unknown:'::text);

CREATE INDEX queue_journal_at ON public.queue_journal USING btree (at);

CREATE INDEX queue_journal_of_call ON public.queue_journal USING btree (call_id, id);

CREATE INDEX queue_place_order ON public.queue_place USING btree (place, arrival);

CREATE INDEX sim_of_account ON public.sim USING btree (ref);

CREATE INDEX ticket_note_of_ticket ON public.ticket_note USING btree (brand, number, id);

CREATE INDEX ticket_of_account ON public.ticket USING btree (ref);

CREATE UNIQUE INDEX ticket_of_matter ON public.ticket USING btree (ref, topic) WHERE open;

CREATE INDEX verifier_kids ON public.verifier USING btree (((stored ->> 'kids'::text)));

CREATE TRIGGER event_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.event FOR EACH STATEMENT EXECUTE FUNCTION public.event_is_append_only();

CREATE TRIGGER incident_account_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.incident_account FOR EACH STATEMENT EXECUTE FUNCTION public.event_is_append_only();

CREATE TRIGGER incident_stays BEFORE DELETE OR UPDATE OF brand, name, day, texts, opened OR TRUNCATE ON public.incident FOR EACH STATEMENT EXECUTE FUNCTION public.event_is_append_only();

CREATE TRIGGER notice_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.notice FOR EACH STATEMENT EXECUTE FUNCTION public.event_is_append_only();

CREATE TRIGGER queue_journal_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.queue_journal FOR EACH STATEMENT EXECUTE FUNCTION public.event_is_append_only();

ALTER TABLE ONLY public.agent_session
    ADD CONSTRAINT agent_session_agent_fkey FOREIGN KEY (agent) REFERENCES public.agent(name);

ALTER TABLE ONLY public.desk_reference
    ADD CONSTRAINT desk_reference_agent_fkey FOREIGN KEY (agent) REFERENCES public.agent(name);

ALTER TABLE ONLY public.identifier
    ADD CONSTRAINT identifier_ref_brand_fkey FOREIGN KEY (ref, brand) REFERENCES public.account(ref, brand);

ALTER TABLE ONLY public.identifier
    ADD CONSTRAINT identifier_sim_id_ref_fkey FOREIGN KEY (sim_id, ref) REFERENCES public.sim(id, ref);

ALTER TABLE ONLY public.incident_account
    ADD CONSTRAINT incident_account_brand_name_fkey FOREIGN KEY (brand, name) REFERENCES public.incident(brand, name);

ALTER TABLE ONLY public.sim
    ADD CONSTRAINT sim_ref_fkey FOREIGN KEY (ref) REFERENCES public.account(ref);

ALTER TABLE ONLY public.ticket_note
    ADD CONSTRAINT ticket_note_brand_number_fkey FOREIGN KEY (brand, number) REFERENCES public.ticket(brand, number);

ALTER TABLE ONLY public.ticket
    ADD CONSTRAINT ticket_ref_brand_fkey FOREIGN KEY (ref, brand) REFERENCES public.account(ref, brand);
