// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocument.PropertyOptions;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.runtime.HostFixture;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.ServiceHost;
import io.cairn.service.StatefulService;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Small services that the tests of this package query. */
public final class Notes {

  /** A factory of documents that are kept. */
  public static final String KEPT = "/notes";

  /** A factory of documents that live in memory only. */
  public static final String FLEETING = "/fleeting-notes";

  private Notes() {}

  public static class Note extends ServiceDocument {
    @PropertyOptions(indexing = PropertyIndexingOption.SORT)
    public String name;

    @PropertyOptions(indexing = PropertyIndexingOption.SORT)
    public long number;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public List<String> tags;

    public String otherLink;
  }

  public static class NoteService extends StatefulService {
    public NoteService() {
      super(Note.class);
      toggleOption(ServiceOption.PERSISTENCE, true);
      toggleOption(ServiceOption.REPLICATION, true);
      toggleOption(ServiceOption.OWNER_SELECTION, true);
    }

    @Override
    public void handlePatch(Operation patch) {
      Note body = patch.getBody(Note.class);
      Note state = getState(patch);
      if (body.name != null) {
        state.name = body.name;
      }
      if (body.number != 0) {
        state.number = body.number;
      }
      patch.complete();
    }
  }

  public static class FleetingNoteService extends StatefulService {
    public FleetingNoteService() {
      super(Note.class);
    }
  }

  public static void start(ServiceHost host) {
    host.startFactory(() -> FactoryService.create(NoteService.class), KEPT);
    host.startFactory(() -> FactoryService.create(FleetingNoteService.class), FLEETING);
  }

  public static Note note(String id, long number) {
    Note note = new Note();
    note.documentSelfLink = id;
    note.name = "name-" + id;
    note.number = number;
    return note;
  }

  /** Creates notes {@code n00000} and so on, numbered from 0, without going over HTTP. */
  public static void create(HostFixture fixture, String factory, int count)
      throws InterruptedException {
    CountDownLatch left = new CountDownLatch(count);
    AtomicReference<Throwable> failed = new AtomicReference<>();
    ServiceHost host = fixture.host();
    for (int i = 0; i < count; i++) {
      host.sendRequest(
          Operation.createPost(host, factory)
              .setReferer(host.getUri())
              .setBody(note("n%05d".formatted(i), i))
              .setCompletion(
                  (op, failure) -> {
                    if (failure != null) {
                      failed.set(failure);
                    }
                    left.countDown();
                  }));
    }
    if (!left.await(60, TimeUnit.SECONDS) || failed.get() != null) {
      throw new IllegalStateException("could not create notes", failed.get());
    }
  }
}
