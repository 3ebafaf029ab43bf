CREATE TABLE "activity" (
	"id" text PRIMARY KEY NOT NULL,
	"at" bigint NOT NULL,
	"event" text NOT NULL,
	"outcome" text NOT NULL,
	"subject_id" text,
	"actor_id" text,
	"actor_kind" text NOT NULL,
	"session_id" text,
	"ip_address" text,
	"client" text,
	"request_id" text,
	"detail" jsonb,
	CONSTRAINT "activity_outcome" CHECK ("activity"."outcome" in ('success', 'failure'))
);
--> statement-breakpoint
CREATE TABLE "attempts" (
	"key" text PRIMARY KEY NOT NULL,
	"failures" integer NOT NULL,
	"resets_at" bigint,
	"paused_until" bigint
);
--> statement-breakpoint
CREATE TABLE "authenticator_candidates" (
	"user_id" text PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"sealed_secret" text NOT NULL,
	"attempts" integer NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "authenticators" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"sealed_secret" text NOT NULL,
	"confirmed_at" bigint NOT NULL,
	"last_used_at" bigint NOT NULL,
	"last_step" integer NOT NULL,
	"drift" integer NOT NULL,
	CONSTRAINT "authenticators_drift" CHECK ("authenticators"."drift" between -1 and 1)
);
--> statement-breakpoint
CREATE TABLE "installation" (
	"id" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"key_check" text NOT NULL,
	"setup_completed_at" bigint,
	CONSTRAINT "installation_one_row" CHECK ("installation"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "policy" (
	"id" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"require_two_factor" text DEFAULT 'nobody' NOT NULL,
	"sign_out_after_enrolment" boolean DEFAULT true NOT NULL,
	"api_key_visibility" text DEFAULT 'once' NOT NULL,
	"account_password_on_basic" text DEFAULT 'while-two-factor-disabled' NOT NULL,
	"minimum_password_length" integer DEFAULT 15 NOT NULL,
	"session_idle_minutes" integer DEFAULT 30 NOT NULL,
	"session_lifetime_hours" integer DEFAULT 12 NOT NULL,
	"self_deletion" boolean DEFAULT true NOT NULL,
	CONSTRAINT "policy_one_row" CHECK ("policy"."id" = 1),
	CONSTRAINT "policy_require_two_factor" CHECK ("policy"."require_two_factor" in ('nobody', 'administrators', 'everyone')),
	CONSTRAINT "policy_minimum_password_length" CHECK ("policy"."minimum_password_length" between 8 and 64)
);
--> statement-breakpoint
CREATE TABLE "recovery_codes" (
	"code_hash" text PRIMARY KEY NOT NULL,
	"set_id" text NOT NULL,
	"user_id" text NOT NULL,
	"used_at" bigint
);
--> statement-breakpoint
CREATE TABLE "recovery_sets" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"label" text NOT NULL,
	"created_at" bigint NOT NULL,
	"confirmed_at" bigint
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"token_hash" text NOT NULL,
	"user_id" text NOT NULL,
	"authentication_methods" jsonb NOT NULL,
	"browser" text,
	"operating_system" text,
	"model" text,
	"engine" text,
	"cpu_architecture" text,
	"ip_address" text NOT NULL,
	"created_at" bigint NOT NULL,
	"last_modified_at" bigint NOT NULL,
	"last_authentication_at" bigint NOT NULL,
	"last_seen_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"grant_purpose" text,
	"grant_expires_at" bigint,
	CONSTRAINT "sessions_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "setup_links" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sign_in_challenges" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"attempts" integer NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"username" text NOT NULL,
	"display_name" text NOT NULL,
	"email" text,
	"email_key" text,
	"email_verified_at" bigint,
	"role" text NOT NULL,
	"enabled" boolean NOT NULL,
	"password_hash" text,
	"password_changed_at" bigint,
	"require_two_factor" boolean NOT NULL,
	"two_factor_pending_since" bigint,
	"version" integer NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "users_username_unique" UNIQUE("username"),
	CONSTRAINT "users_email_key_unique" UNIQUE("email_key"),
	CONSTRAINT "users_role" CHECK ("users"."role" in ('administrator', 'member', 'read-only', 'service')),
	CONSTRAINT "users_email" CHECK (("users"."email" is null) = ("users"."email_key" is null))
);
--> statement-breakpoint
ALTER TABLE "authenticator_candidates" ADD CONSTRAINT "authenticator_candidates_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "authenticators" ADD CONSTRAINT "authenticators_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recovery_codes" ADD CONSTRAINT "recovery_codes_set_id_recovery_sets_id_fk" FOREIGN KEY ("set_id") REFERENCES "public"."recovery_sets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recovery_codes" ADD CONSTRAINT "recovery_codes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recovery_sets" ADD CONSTRAINT "recovery_sets_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_in_challenges" ADD CONSTRAINT "sign_in_challenges_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "activity_subject" ON "activity" USING btree ("subject_id","at");--> statement-breakpoint
CREATE INDEX "activity_at" ON "activity" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "authenticators_user" ON "authenticators" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "recovery_codes_set" ON "recovery_codes" USING btree ("set_id");--> statement-breakpoint
CREATE UNIQUE INDEX "recovery_sets_live" ON "recovery_sets" USING btree ("user_id") WHERE "recovery_sets"."confirmed_at" is not null;--> statement-breakpoint
CREATE INDEX "sessions_user" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sign_in_challenges_user" ON "sign_in_challenges" USING btree ("user_id");