// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.quotas;

import io.cairn.document.ServiceDocument;
import io.cairn.service.FactoryService;
import io.cairn.service.StatefulService;
import java.util.Set;

/** A document that belongs to tenants. */
public final class OwnedNote extends StatefulService {

  static final String NOTES = "/notes";

  /** The document. */
  public static final class State extends ServiceDocument {
    public String text;
    public Set<String> tenantLinks;
  }

  public OwnedNote() {
    super(State.class);
    toggleOption(ServiceOption.PERSISTENCE, true);
    toggleOption(ServiceOption.REPLICATION, true);
    toggleOption(ServiceOption.OWNER_SELECTION, true);
  }

  static FactoryService createFactory() {
    return FactoryService.create(OwnedNote.class, State.class);
  }
}
