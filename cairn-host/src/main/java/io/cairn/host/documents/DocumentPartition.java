// SPDX-License-Identifier: Apache-2.0
package io.cairn.host.documents;

import io.cairn.cluster.StateMachine;
import io.cairn.store.DocumentStore;
import io.cairn.store.DocumentVersion;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state machine of one partition: applies committed commands to the partition's store. Called
 * by the partition's group, one command at a time, in log order.
 */
final class DocumentPartition implements StateMachine {

  private static final Logger log = LoggerFactory.getLogger(DocumentPartition.class);

  private final DocumentStore store;
  private final AtomicBoolean committing = new AtomicBoolean();

  DocumentPartition(DocumentStore store) {
    this.store = store;
  }

  DocumentStore store() {
    return store;
  }

  @Override
  public Object apply(long index, byte[] command, @Nullable Object attachment) {
    DocumentCommand decoded =
        attachment instanceof DocumentCommand known ? known : DocumentCommandCodec.decode(command);
    return switch (decoded) {
      case DocumentCommand.Write(var document, var expected) -> {
        long latest = latestVersion(document.link(), expected);
        if (latest != expected) {
          store.noteApplied(index);
          yield new CommandOutcome.Conflict(latest);
        }
        store.apply(index, document);
        yield CommandOutcome.APPLIED;
      }
      case DocumentCommand.Purge(var link, var expected) -> {
        long latest = latestVersion(link, expected);
        if (latest != expected) {
          store.noteApplied(index);
          yield new CommandOutcome.Conflict(latest);
        }
        store.applyPurge(index, link);
        yield CommandOutcome.APPLIED;
      }
      case DocumentCommand.Replace(var document, var expected) -> {
        long latest = latestVersion(document.link(), expected);
        if (latest != expected) {
          store.noteApplied(index);
          yield new CommandOutcome.Conflict(latest);
        }
        store.applyReplacement(index, document);
        yield CommandOutcome.APPLIED;
      }
    };
  }

  @Override
  public long durableIndex() {
    return store.committedIndex();
  }

  @Override
  public void makeDurable(long index) {
    if (committing.compareAndSet(false, true)) {
      var _ =
          Thread.ofVirtual()
              .name("cairn-commit-request")
              .start(
                  () -> {
                    try {
                      store.commit();
                    } catch (RuntimeException e) {
                      log.warn("The store in {} could not commit", store.directory(), e);
                    } finally {
                      committing.set(false);
                    }
                  });
    }
  }

  private long latestVersion(String link, long expected) {
    if (expected == DocumentCommand.ANY) {
      return DocumentCommand.ANY;
    }
    DocumentVersion latest = store.latestIncludingExpired(link);
    return latest == null ? DocumentCommand.ABSENT : latest.version();
  }
}
