CREATE TABLE "api_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"token_hash" text NOT NULL,
	"hint" text NOT NULL,
	"sealed_value" text,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"replaced_at" bigint,
	"last_used_at" bigint,
	"last_used_address" text,
	"last_used_client" text,
	CONSTRAINT "api_keys_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "api_passwords" (
	"user_id" text PRIMARY KEY NOT NULL,
	"token_hash" text NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"last_used_at" bigint,
	CONSTRAINT "api_passwords_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "downloads" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"token_hash" text NOT NULL,
	"resource" text NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"last_used_at" bigint,
	CONSTRAINT "downloads_token_hash_unique" UNIQUE("token_hash"),
	CONSTRAINT "downloads_resource" CHECK ("downloads"."resource" in ('account-export', 'activity', 'users'))
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_passwords" ADD CONSTRAINT "api_passwords_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "downloads" ADD CONSTRAINT "downloads_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "api_keys_in_use" ON "api_keys" USING btree ("user_id") WHERE "api_keys"."replaced_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "api_keys_retiring" ON "api_keys" USING btree ("user_id") WHERE "api_keys"."replaced_at" is not null;--> statement-breakpoint
CREATE INDEX "downloads_user" ON "downloads" USING btree ("user_id");