# What `sam build` calls: one rule per function, named by its logical id. ARTIFACTS_DIR comes from sam.
# The packager needs pip, npm and no environment made before; it finds Python 3.13, or takes it from PYTHON_RUNTIME, for the bytecode.
PACKAGE = '$(PYTHON)' -m local.package

build-AuditSealingFunction:
	@$(PACKAGE) build functions.notifications.sealing "$(ARTIFACTS_DIR)"

build-CapacityFunction:
	@$(PACKAGE) build functions.capacity.handler "$(ARTIFACTS_DIR)"

build-CapacityExpiryFunction:
	@$(PACKAGE) build functions.capacity.expiry "$(ARTIFACTS_DIR)"

build-CascadeSweeperFunction:
	@$(PACKAGE) build functions.employees.cascades "$(ARTIFACTS_DIR)"

build-ClientsFunction:
	@$(PACKAGE) build functions.clients.handler "$(ARTIFACTS_DIR)"

build-ConfirmationsFunction:
	@$(PACKAGE) build functions.confirmations.handler "$(ARTIFACTS_DIR)"

build-CustomerPageFunction:
	@$(PACKAGE) build functions.confirmations.customer "$(ARTIFACTS_DIR)"

build-EmployeesFunction:
	@$(PACKAGE) build functions.employees.handler "$(ARTIFACTS_DIR)"

build-LinkRemindersFunction:
	@$(PACKAGE) build functions.confirmations.reminders "$(ARTIFACTS_DIR)"

build-MailFeedbackFunction:
	@$(PACKAGE) build functions.notifications.feedback "$(ARTIFACTS_DIR)"

build-OutboxRelayFunction:
	@$(PACKAGE) build functions.notifications.relay "$(ARTIFACTS_DIR)"

build-OutboxSweeperFunction:
	@$(PACKAGE) build functions.notifications.sweeper "$(ARTIFACTS_DIR)"

build-PoolMailsFunction:
	@$(PACKAGE) build functions.notifications.pool_mails "$(ARTIFACTS_DIR)"

build-ReferenceFunction:
	@$(PACKAGE) build functions.reference.handler "$(ARTIFACTS_DIR)"

build-DigestPageFunction:
	@$(PACKAGE) build functions.renewals.unsubscribe "$(ARTIFACTS_DIR)"

build-RenewalDigestFunction:
	@$(PACKAGE) build functions.renewals.digest "$(ARTIFACTS_DIR)"

build-RenewalNoticesFunction:
	@$(PACKAGE) build functions.renewals.notices "$(ARTIFACTS_DIR)"

build-RenewalWorkerFunction:
	@$(PACKAGE) build functions.renewals.worker "$(ARTIFACTS_DIR)"

build-RenewalsFunction:
	@$(PACKAGE) build functions.renewals.handler "$(ARTIFACTS_DIR)"

build-TierReviewFunction:
	@$(PACKAGE) build functions.tiers.review "$(ARTIFACTS_DIR)"

build-TiersFunction:
	@$(PACKAGE) build functions.tiers.handler "$(ARTIFACTS_DIR)"

build-VendorFunction:
	@$(PACKAGE) build functions.vendor.handler "$(ARTIFACTS_DIR)"

build-VendorReportsFunction:
	@$(PACKAGE) build functions.vendor.reports "$(ARTIFACTS_DIR)"

.PHONY: package-size
package-size: ## Builds every function's package aside, checks it, prints its size
	@$(PACKAGE) size functions.capacity.handler functions.capacity.expiry functions.clients.handler \
		functions.confirmations.customer \
		functions.confirmations.handler functions.confirmations.reminders \
		functions.employees.cascades functions.employees.handler \
		functions.notifications.feedback functions.notifications.pool_mails functions.notifications.relay \
		functions.notifications.sealing \
		functions.notifications.sweeper functions.reference.handler functions.renewals.digest functions.renewals.handler \
		functions.renewals.notices functions.renewals.unsubscribe functions.renewals.worker functions.tiers.handler \
		functions.tiers.review functions.vendor.handler functions.vendor.reports

.PHONY: security
security: environments ## Lets checkov look at the template, raw and translated
	@'$(PYTHON)' -m local.environments checkov
	@$(BIN)/python -m local.security
