// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocument.UsageOption;
import io.cairn.document.ServiceDocumentDescription.PropertyUsageOption;
import io.cairn.service.Operation;
import io.cairn.service.StatefulService;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** A document with a text, for the tests of what every service has. */
public class NoteService extends StatefulService {
  public static final String FACTORY_LINK = "/test/notes";

  /** The document. */
  public static class Note extends ServiceDocument {
    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    public @Nullable String text;

    public @Nullable URI source;
    public @Nullable String parentLink;
    public int priority = 5;
  }

  /** As the host makes it. */
  public NoteService() {
    super(Note.class);
    toggleOption(ServiceOption.PERSISTENCE, true);
    toggleOption(ServiceOption.REPLICATION, true);
    toggleOption(ServiceOption.INSTRUMENTATION, true);
  }

  @Override
  public void handlePatch(Operation patch) {
    Note state = getState(patch);
    Note change = getBody(patch);
    if (change.text == null) {
      patch.fail(new IllegalArgumentException("text is required"));
      return;
    }
    state.text = change.text;
    patch.setBody(state).complete();
  }
}
