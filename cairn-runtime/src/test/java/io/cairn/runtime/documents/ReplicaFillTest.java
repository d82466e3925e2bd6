// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.store.DocumentStore;
import io.cairn.store.StagedTransfer;
import io.cairn.store.StoreOptions;
import io.cairn.store.StorePool;
import io.cairn.store.disk.StoreRoom;
import io.cairn.store.index.DocumentVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replica that lags behind is filled by another one. */
class ReplicaFillTest {

  @TempDir Path directory;

  private final StorePool pool = new StorePool(1, 1, StoreRoom.UNLIMITED, System::nanoTime);
  private DocumentStore source;

  @AfterEach
  void close() {
    pool.close();
  }

  private DocumentStore store(String name, int documents) {
    DocumentStore store =
        DocumentStore.open(
            directory.resolve(name), pool, StoreOptions.defaults(), _ -> null, () -> 1);
    for (int index = 1; index <= documents; index++) {
      store.apply(
          index,
          new DocumentVersion(
              "/core/examples/" + index, null, 0, 0, index, "POST", 0, "{}".getBytes(UTF_8)));
    }
    return store;
  }

  private PartitionMachine partition(DocumentStore store) {
    return new PartitionMachine(
        "group",
        store,
        new PartitionMachine.Surroundings() {
          @Override
          public String self() {
            return "n2";
          }

          @Override
          public void applied(DocumentVersion version, boolean proposedHere) {}

          @Override
          public CompletionStage<StagedTransfer> fetch(
              String node, String group, DocumentStore receiver) {
            try (var stream = source.transferSince(receiver.appliedIndex()).stream()) {
              return CompletableFuture.completedStage(receiver.receive(stream));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        });
  }

  @Test
  void nodeThatBeganAnewSinceItsOfferFillsNobodyWithLessThanItOffered() {
    DocumentStore before = store("before", 5);
    DocumentStore behind = store("behind", 0);
    PartitionMachine receiver = partition(behind);
    byte[] reference = partition(before).snapshotReference(6);

    source = store("anew", 3);
    CompletableFuture<Void> early =
        receiver.prepareInstall("n1", 6, reference).toCompletableFuture();
    assertThatThrownBy(early::join)
        .isInstanceOf(CompletionException.class)
        .hasMessageContaining("up to entry 5")
        .hasMessageContaining("up to 3");
    assertThatThrownBy(() -> receiver.installReference(6, reference))
        .isInstanceOf(IllegalStateException.class);
    assertThat(behind.appliedIndex()).as("what it lacks it must not claim").isZero();

    source = before;
    receiver.prepareInstall("n1", 6, reference).toCompletableFuture().join();
    receiver.installReference(6, reference);
    assertThat(behind.appliedIndex()).isEqualTo(6);
    assertThat(behind.latest("/core/examples/5")).isNotNull();
  }

  /** An installation runs on a shard, which others wait for. */
  @Test
  void whatIsInstalledWasMadeBefore() {
    source = store("source", 5);
    byte[] reference = partition(source).snapshotReference(6);
    DocumentStore behind = store("behind", 2);
    PartitionMachine receiver = partition(behind);
    receiver.prepareInstall("n1", 6, reference).toCompletableFuture().join();
    assertThat(behind.directory().resolve("index-1")).isNotEmptyDirectory();
    assertThat(behind.latest("/core/examples/5")).as("not yet installed").isNull();
    receiver.installReference(6, reference);
    assertThat(behind.committedIndex()).isEqualTo(6);
    assertThat(behind.latest("/core/examples/5")).isNotNull();
  }

  @Test
  void newerThanOfferedWillDo() {
    source = store("source", 5);
    byte[] reference = partition(source).snapshotReference(5);
    source.apply(
        7, new DocumentVersion("/core/examples/7", null, 0, 0, 7, "POST", 0, "{}".getBytes(UTF_8)));
    DocumentStore behind = store("behind", 2);
    PartitionMachine receiver = partition(behind);
    receiver.prepareInstall("n1", 5, reference).toCompletableFuture().join();
    receiver.installReference(5, reference);
    assertThat(behind.appliedIndex()).isEqualTo(7);
  }
}
