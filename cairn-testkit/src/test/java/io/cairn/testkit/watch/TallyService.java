// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.watch;

import io.cairn.document.ServiceDocument;
import io.cairn.service.Operation;
import io.cairn.service.StatefulService;

/** A sum, of which few versions are kept, and which is changed by requests of another kind. */
public final class TallyService extends StatefulService {
  /** Where these are. */
  public static final String FACTORY_LINK = "/test/tallies";

  private static final int VERSIONS = 4;

  /** The document. */
  public static final class Tally extends ServiceDocument {
    public long sum;
  }

  /** Adds to it. */
  public static final class Addition {
    public long by;
  }

  /** Made by the runtime. */
  public TallyService() {
    super(Tally.class);
    toggleOption(ServiceOption.PERSISTENCE, true);
    toggleOption(ServiceOption.REPLICATION, true);
    toggleOption(ServiceOption.OWNER_SELECTION, true);
  }

  @Override
  public ServiceDocument getDocumentTemplate() {
    ServiceDocument template = super.getDocumentTemplate();
    template.documentDescription.versionRetentionLimit = VERSIONS;
    template.documentDescription.versionRetentionFloor = VERSIONS / 2;
    return template;
  }

  @Override
  public void handlePatch(Operation patch) {
    Tally state = getState(patch);
    state.sum += patch.getBody(Addition.class).by;
    setState(patch, state);
    patch.complete();
  }
}
