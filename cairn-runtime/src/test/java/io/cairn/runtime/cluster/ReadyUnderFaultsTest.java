// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import io.cairn.runtime.NoteService;
import io.cairn.runtime.documents.DiskRoom;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.StatelessService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a host says about itself while its services and its disk fail, in random order and side by
 * side: it is ready just when requests are served, and names each thing that is in the way.
 */
class ReadyUnderFaultsTest {

  private static final String STOPPED = "/stopped-notes";
  private static final String SHUT = "/shut-notes";
  private static final String SLOW = "/slow";

  @TempDir private Path sandbox;

  private final long seed = Long.getLong("cairn.seed", System.nanoTime());
  private final List<String> history = new ArrayList<>(List.of("cairn.seed=" + seed));
  private final AtomicReference<Operation> held = new AtomicReference<>();
  private final Set<Fault> present = EnumSet.noneOf(Fault.class);
  private HostFixture host;
  private FactoryService shut;

  /** What goes wrong, what is then said, and who is refused with which status. */
  private enum Fault {
    FACTORY_STOPPED("service " + STOPPED + " was stopped on node ", STOPPED, 503),
    FACTORY_UNAVAILABLE("factory " + SHUT + " says that it is not available", "", 0),
    SERVICE_STARTING("service " + SLOW + " is being started", SLOW, 503),
    DISK_FULL("The disk of ", "", 507);

    private final String why;
    private final String path;
    private final int status;

    Fault(String why, String path, int status) {
      this.why = why;
      this.path = path;
      this.status = status;
    }
  }

  /** Starts when the test lets it. */
  private final class SlowService extends StatelessService {
    @Override
    public void handleStart(Operation start) {
      held.set(start);
    }

    @Override
    public void handleGet(Operation get) {
      get.complete();
    }
  }

  @Test
  void hostIsReadyJustWhenItsRequestsAreServedAndSaysWhatIsInTheWay() {
    try (HostFixture started = HostFixture.start(sandbox, services -> {})) {
      host = started;
      startNotes(STOPPED);
      shut = FactoryService.create(NoteService.class);
      host.host().startFactory(() -> shut, SHUT);
      List<Fault> toggles = new ArrayList<>(List.of(Fault.values()));
      toggles.addAll(List.of(Fault.values()));
      Collections.shuffle(toggles, new Random(seed));
      assertTruth();
      for (Fault fault : toggles) {
        boolean begins = present.add(fault);
        if (!begins) {
          present.remove(fault);
        }
        history.add((begins ? "+" : "-") + fault);
        toggle(fault, begins);
        assertTruth();
      }
    }
  }

  private void startNotes(String path) {
    host.host().startFactory(() -> FactoryService.create(NoteService.class), path);
  }

  private void toggle(Fault fault, boolean begins) {
    switch (fault) {
      case FACTORY_STOPPED -> {
        if (begins) {
          host.send("DELETE", STOPPED, null, "pragma", Operation.PRAGMA_DIRECTIVE_NO_INDEX_UPDATE);
        } else {
          startNotes(STOPPED);
        }
      }
      case FACTORY_UNAVAILABLE -> shut.setAvailable(!begins);
      case SERVICE_STARTING -> {
        if (begins) {
          host.host()
              .startService(
                  Operation.createPost(host.uri(SLOW)).setReferer(host.uri("/")),
                  new SlowService());
          await().untilAtomic(held, org.hamcrest.Matchers.notNullValue());
        } else {
          held.getAndSet(null).complete();
        }
      }
      case DISK_FULL -> {
        long free = sandbox.toFile().getUsableSpace();
        host.host().unwrap(DiskRoom.class).reserve(begins ? free + free / 4 : 0);
      }
    }
  }

  private void assertTruth() {
    await()
        .atMost(Duration.ofSeconds(30))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(
            () -> {
              Answer ready = host.get("/core/health/ready");
              assertThat(ready.status())
                  .as("%s after %s", ready.body(), history)
                  .isEqualTo(present.isEmpty() ? 200 : 503);
              for (Fault fault : Fault.values()) {
                assertThat(ready.body().contains(fault.why))
                    .as("%s says %s after %s", ready.body(), fault.why, history)
                    .isEqualTo(present.contains(fault));
              }
              assertRequests();
            });
  }

  private void assertRequests() {
    boolean stopped = present.contains(Fault.FACTORY_STOPPED);
    boolean full = present.contains(Fault.DISK_FULL);
    assertStatus(host.post(SHUT, "{}"), full ? Fault.DISK_FULL : null);
    assertStatus(host.get(SHUT), null);
    assertStatus(host.get(STOPPED), stopped ? Fault.FACTORY_STOPPED : null);
    assertStatus(
        host.post(STOPPED, "{}"), stopped ? Fault.FACTORY_STOPPED : full ? Fault.DISK_FULL : null);
    if (present.contains(Fault.SERVICE_STARTING)) {
      assertStatus(host.get(SLOW), Fault.SERVICE_STARTING);
    }
  }

  private void assertStatus(Answer answer, Fault fault) {
    assertThat(answer.status())
        .as("%s after %s", answer.body(), history)
        .isEqualTo(fault == null ? 200 : fault.status);
    if (fault != null) {
      assertThat(answer.message()).contains(fault.path);
      assertThat(answer.response().headers().firstValue("retry-after"))
          .as("%s after %s", answer.body(), history)
          .isPresent();
    }
  }
}
