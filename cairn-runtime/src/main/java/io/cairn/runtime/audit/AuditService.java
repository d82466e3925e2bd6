// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.audit;

import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Guard;
import io.cairn.runtime.security.Needs;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.StatefulService;
import io.cairn.service.failure.Refusal;
import io.cairn.service.uri.ServiceUriPaths;

/**
 * A record of the audit as a document of the group. Hosts make it, nobody changes it, and it ends
 * when it is too old, or one of too many; also on a host that lets everybody do everything.
 */
@Needs(read = Access.GRANTED, write = Access.SYSTEM)
public final class AuditService extends StatefulService {

  public static final String FACTORY_LINK = ServiceUriPaths.CORE_AUDIT;

  private AuditService() {
    super(AuditRecord.class);
    toggleOption(ServiceOption.PERSISTENCE, true);
    toggleOption(ServiceOption.REPLICATION, true);
    toggleOption(ServiceOption.OWNER_SELECTION, true);
    toggleOption(ServiceOption.IMMUTABLE, true);
  }

  /** A factory of records; each host of a group has it, whether it makes records or not. */
  public static FactoryService createFactory() {
    return FactoryService.create(AuditService::new, AuditRecord.class, ServiceOption.CORE);
  }

  @Override
  public void handleCreate(Operation create) {
    requireHost(create);
    create.complete();
  }

  /** Ends a record that is too old, or one of too many. */
  @Override
  public void handleDelete(Operation delete) {
    requireHost(delete);
    delete.complete();
  }

  private static void requireHost(Operation op) {
    if (!Guard.subjectOf(op).isSystem()) {
      throw Refusal.forbidden(
          "Records of the audit are made by hosts alone, and end when auditRetention or"
              + " auditMaxRecords says so");
    }
  }
}
