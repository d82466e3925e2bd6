// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocument.PropertyOptions;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.service.Operation;
import io.cairn.service.ServiceHost;
import io.cairn.service.StatefulService;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A document that collects the marks of the requests that changed it. */
public final class LedgerService extends StatefulService {

  public static final String FACTORY_LINK = "/test/ledgers";

  /** The document: one mark per update, in the order in which they were done. */
  public static final class LedgerState extends ServiceDocument {
    public List<String> marks = new ArrayList<>();
    public @Nullable String mark;

    @PropertyOptions(indexing = PropertyIndexingOption.STORE_ONLY)
    public @Nullable String ballast;
  }

  /** Starts the factory; what a host process runs. */
  public static final class Setup implements HostSetup {
    @Override
    public void startServices(ServiceHost host) {
      host.startFactory(new LedgerService());
    }
  }

  public LedgerService() {
    super(LedgerState.class);
    toggleOption(ServiceOption.PERSISTENCE, true);
    toggleOption(ServiceOption.REPLICATION, true);
    toggleOption(ServiceOption.OWNER_SELECTION, true);
  }

  @Override
  public void handleCreate(Operation post) {
    LedgerState state = getBody(post);
    take(state, state);
    post.setBody(state).complete();
  }

  @Override
  public void handlePatch(Operation patch) {
    LedgerState state = getState(patch);
    take(state, getBody(patch));
    setState(patch, state);
    patch.setBody(null).complete();
  }

  private static void take(LedgerState state, LedgerState request) {
    if (request.mark == null) {
      throw new IllegalArgumentException("mark is required");
    }
    if (request.mark.startsWith("refuse")) {
      state.marks.add(request.mark);
      throw new IllegalArgumentException("refused after the state was changed");
    }
    state.marks.add(request.mark);
    state.mark = null;
  }
}
