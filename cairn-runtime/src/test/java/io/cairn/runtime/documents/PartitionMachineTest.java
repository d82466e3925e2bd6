// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.store.DocumentStore;
import io.cairn.store.StagedTransfer;
import io.cairn.store.StoreOptions;
import io.cairn.store.StorePool;
import io.cairn.store.disk.StoreRoom;
import io.cairn.store.index.DocumentVersion;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which commands a partition's copies take, and which come too late. */
class PartitionMachineTest {

  private static final String LINK = "/things/one";

  @TempDir private Path directory;
  private final StorePool pool = new StorePool(1, 1, StoreRoom.UNLIMITED, System::nanoTime);
  private DocumentStore store;
  private PartitionMachine machine;
  private long index;

  @BeforeEach
  void open() {
    store = DocumentStore.open(directory, pool, StoreOptions.defaults(), kind -> null, () -> 1);
    machine =
        new PartitionMachine(
            "group",
            store,
            new PartitionMachine.Surroundings() {
              @Override
              public String self() {
                return "self";
              }

              @Override
              public void applied(DocumentVersion version, boolean proposedHere) {}

              @Override
              public CompletionStage<StagedTransfer> fetch(
                  String node, String group, DocumentStore lacking) {
                return CompletableFuture.failedFuture(new IllegalStateException("nobody"));
              }
            });
  }

  @AfterEach
  void close() {
    store.close();
    pool.close();
  }

  private static DocumentVersion version(long number, long epoch, long time, String text) {
    byte[] json = ("{\"text\":\"" + text + "\"}").getBytes(StandardCharsets.UTF_8);
    return new DocumentVersion(LINK, "kind", number, epoch, time, "PATCH", 0, json);
  }

  private Object apply(DocumentCommand command) {
    return machine.apply(++index, DocumentCommandCodec.encode(command), null);
  }

  @Test
  void updateFollowsTheVersionThatItWasMadeFrom() {
    DocumentVersion first = version(0, 0, 100, "first");
    DocumentVersion second = version(1, 0, 200, "second");

    assertThat(apply(new DocumentCommand.Write(first, DocumentCommand.ABSENT)))
        .isEqualTo(CommandOutcome.APPLIED);
    assertThat(apply(DocumentCommand.Write.after(first, second))).isEqualTo(CommandOutcome.APPLIED);
    assertThat(apply(DocumentCommand.Write.after(first, second)))
        .isEqualTo(new CommandOutcome.Conflict(1));
  }

  @Test
  void updateDoesNotFollowAnotherVersionOfTheSameNumber() {
    DocumentVersion base = version(0, 0, 100, "base");
    DocumentVersion refused = version(1, 0, 200, "refused");
    DocumentVersion onIt = version(2, 0, 300, "made from what was refused");
    apply(new DocumentCommand.Write(base, DocumentCommand.ABSENT));
    apply(new DocumentCommand.Merge(LINK, List.of(version(1, 1, 150, "of another group"))));

    assertThat(apply(DocumentCommand.Write.after(base, refused)))
        .isEqualTo(new CommandOutcome.Conflict(1));
    assertThat(apply(DocumentCommand.Write.after(refused, onIt)))
        .isEqualTo(new CommandOutcome.Conflict(1));
    assertThat(store.latest(LINK)).isNotNull();
    assertThat(new String(store.latest(LINK).json(), StandardCharsets.UTF_8))
        .contains("of another group");
  }
}
