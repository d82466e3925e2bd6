// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.systems;

import io.cairn.application.Cairn;
import io.cairn.benchmarks.load.ServiceSet;
import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.StatefulService;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullUnmarked;

/**
 * A host with the services of {@link ServiceSet#NOTES}, for Cairn; the resource {@code
 * xenon/NotesHost.java.txt} is the same for Xenon.
 */
public final class NotesServer {

  private NotesServer() {}

  /** Starts a host; the arguments are its settings. */
  public static void main(String[] args) {
    Cairn.run(args, app -> app.serve(NoteService.createFactory(), ServiceSet.NOTES.factory()));
  }

  /** A document with a text beside the fields of the example service. */
  @NullUnmarked
  public static class NoteService extends StatefulService {

    /** What makes them. */
    public static FactoryService createFactory() {
      return FactoryService.create(NoteService.class, Note.class);
    }

    /** Declares what the runtime is to do for these documents. */
    public NoteService() {
      super(Note.class);
      toggleOption(ServiceOption.PERSISTENCE, true);
      toggleOption(ServiceOption.REPLICATION, true);
      toggleOption(ServiceOption.INSTRUMENTATION, true);
      toggleOption(ServiceOption.OWNER_SELECTION, true);
    }

    @Override
    public void handlePatch(Operation patch) {
      Note body = getBody(patch);
      Note state = getState(patch);
      state.counter = body.counter;
      setState(patch, state);
      patch.complete();
    }
  }

  /** The document. */
  @DocumentKind("notes:NotesHost:Note")
  @NullUnmarked
  public static class Note extends ServiceDocument {
    @PropertyOptions(indexing = PropertyIndexingOption.SORT)
    public String name;

    public Long counter;

    @PropertyOptions(indexing = PropertyIndexingOption.SORT)
    public Long sortedCounter;

    @PropertyOptions(indexing = PropertyIndexingOption.TEXT)
    public String text;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public Map<String, String> keyValues = new HashMap<>();

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public Set<String> tags = new TreeSet<>();
  }
}
