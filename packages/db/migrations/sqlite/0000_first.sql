CREATE TABLE `activity` (
	`id` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`event` text NOT NULL,
	`outcome` text NOT NULL,
	`subject_id` text,
	`actor_id` text,
	`actor_kind` text NOT NULL,
	`session_id` text,
	`ip_address` text,
	`client` text,
	`request_id` text,
	`detail` text,
	CONSTRAINT "activity_outcome" CHECK("activity"."outcome" in ('success', 'failure'))
);
--> statement-breakpoint
CREATE INDEX `activity_subject` ON `activity` (`subject_id`,`at`);--> statement-breakpoint
CREATE INDEX `activity_at` ON `activity` (`at`);--> statement-breakpoint
CREATE TABLE `attempts` (
	`key` text PRIMARY KEY NOT NULL,
	`failures` integer NOT NULL,
	`resets_at` integer,
	`paused_until` integer
);
--> statement-breakpoint
CREATE TABLE `authenticator_candidates` (
	`user_id` text PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`sealed_secret` text NOT NULL,
	`attempts` integer NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `authenticators` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`sealed_secret` text NOT NULL,
	`confirmed_at` integer NOT NULL,
	`last_used_at` integer NOT NULL,
	`last_step` integer NOT NULL,
	`drift` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "authenticators_drift" CHECK("authenticators"."drift" between -1 and 1)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `authenticators_user` ON `authenticators` (`user_id`);--> statement-breakpoint
CREATE TABLE `installation` (
	`id` integer PRIMARY KEY DEFAULT 1 NOT NULL,
	`key_check` text NOT NULL,
	`setup_completed_at` integer,
	CONSTRAINT "installation_one_row" CHECK("installation"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE `policy` (
	`id` integer PRIMARY KEY DEFAULT 1 NOT NULL,
	`require_two_factor` text DEFAULT 'nobody' NOT NULL,
	`sign_out_after_enrolment` integer DEFAULT true NOT NULL,
	`api_key_visibility` text DEFAULT 'once' NOT NULL,
	`account_password_on_basic` text DEFAULT 'while-two-factor-disabled' NOT NULL,
	`minimum_password_length` integer DEFAULT 15 NOT NULL,
	`session_idle_minutes` integer DEFAULT 30 NOT NULL,
	`session_lifetime_hours` integer DEFAULT 12 NOT NULL,
	`self_deletion` integer DEFAULT true NOT NULL,
	CONSTRAINT "policy_one_row" CHECK("policy"."id" = 1),
	CONSTRAINT "policy_require_two_factor" CHECK("policy"."require_two_factor" in ('nobody', 'administrators', 'everyone')),
	CONSTRAINT "policy_minimum_password_length" CHECK("policy"."minimum_password_length" between 8 and 64)
);
--> statement-breakpoint
CREATE TABLE `recovery_codes` (
	`code_hash` text PRIMARY KEY NOT NULL,
	`set_id` text NOT NULL,
	`user_id` text NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`set_id`) REFERENCES `recovery_sets`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `recovery_codes_set` ON `recovery_codes` (`set_id`);--> statement-breakpoint
CREATE TABLE `recovery_sets` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`label` text NOT NULL,
	`created_at` integer NOT NULL,
	`confirmed_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `recovery_sets_live` ON `recovery_sets` (`user_id`) WHERE "recovery_sets"."confirmed_at" is not null;--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`token_hash` text NOT NULL,
	`user_id` text NOT NULL,
	`authentication_methods` text NOT NULL,
	`browser` text,
	`operating_system` text,
	`model` text,
	`engine` text,
	`cpu_architecture` text,
	`ip_address` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_modified_at` integer NOT NULL,
	`last_authentication_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`grant_purpose` text,
	`grant_expires_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sessions_token_hash_unique` ON `sessions` (`token_hash`);--> statement-breakpoint
CREATE INDEX `sessions_user` ON `sessions` (`user_id`);--> statement-breakpoint
CREATE TABLE `setup_links` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `sign_in_challenges` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`attempts` integer NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `sign_in_challenges_user` ON `sign_in_challenges` (`user_id`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`username` text NOT NULL,
	`display_name` text NOT NULL,
	`email` text,
	`email_key` text,
	`email_verified_at` integer,
	`role` text NOT NULL,
	`enabled` integer NOT NULL,
	`password_hash` text,
	`password_changed_at` integer,
	`require_two_factor` integer NOT NULL,
	`two_factor_pending_since` integer,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	CONSTRAINT "users_role" CHECK("users"."role" in ('administrator', 'member', 'read-only', 'service')),
	CONSTRAINT "users_email" CHECK(("users"."email" is null) = ("users"."email_key" is null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_username_unique` ON `users` (`username`);--> statement-breakpoint
CREATE UNIQUE INDEX `users_email_key_unique` ON `users` (`email_key`);