CREATE TABLE `known_browsers` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `known_browsers_user` ON `known_browsers` (`user_id`);--> statement-breakpoint
ALTER TABLE `authenticator_candidates` ADD `holder` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `authenticators` ADD `early_steps` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `recovery_codes` ADD `tail_hash` text;--> statement-breakpoint
ALTER TABLE `recovery_sets` ADD `attempts` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `recovery_sets_waiting` ON `recovery_sets` (`user_id`) WHERE "recovery_sets"."confirmed_at" is null;--> statement-breakpoint
ALTER TABLE `sessions` ADD `previous_token_hash` text;--> statement-breakpoint
CREATE INDEX `sessions_previous_token` ON `sessions` (`previous_token_hash`);--> statement-breakpoint
ALTER TABLE `sign_in_challenges` ADD `step` text DEFAULT 'second-factor' NOT NULL;--> statement-breakpoint
ALTER TABLE `sign_in_challenges` ADD `methods` text DEFAULT '["password"]' NOT NULL;--> statement-breakpoint
ALTER TABLE `users` ADD `password_change_required` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `users` ADD `last_seen_at` integer;