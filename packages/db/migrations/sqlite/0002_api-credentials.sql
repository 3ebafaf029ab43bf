CREATE TABLE `api_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`token_hash` text NOT NULL,
	`hint` text NOT NULL,
	`sealed_value` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`replaced_at` integer,
	`last_used_at` integer,
	`last_used_address` text,
	`last_used_client` text,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_token_hash_unique` ON `api_keys` (`token_hash`);--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_in_use` ON `api_keys` (`user_id`) WHERE "api_keys"."replaced_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_retiring` ON `api_keys` (`user_id`) WHERE "api_keys"."replaced_at" is not null;--> statement-breakpoint
CREATE TABLE `api_passwords` (
	`user_id` text PRIMARY KEY NOT NULL,
	`token_hash` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`last_used_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_passwords_token_hash_unique` ON `api_passwords` (`token_hash`);--> statement-breakpoint
CREATE TABLE `downloads` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`token_hash` text NOT NULL,
	`resource` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`last_used_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "downloads_resource" CHECK("downloads"."resource" in ('account-export', 'activity', 'users'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `downloads_token_hash_unique` ON `downloads` (`token_hash`);--> statement-breakpoint
CREATE INDEX `downloads_user` ON `downloads` (`user_id`);