// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.store.disk.IndexDirectories;
import java.io.IOException;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;

/** A directory that is full, or whose files cannot be read, when told so. */
final class FaultyDisk extends FilterDirectory {
  private final AtomicBoolean full;
  private final AtomicBoolean damaged;

  private FaultyDisk(Directory in, AtomicBoolean full, AtomicBoolean damaged) {
    super(in);
    this.full = full;
    this.damaged = damaged;
  }

  static IndexDirectories fullWhen(AtomicBoolean full) {
    return (path, _) -> new FaultyDisk(FSDirectory.open(path), full, new AtomicBoolean());
  }

  /** A disk whose fullness the store knows for one that passes. */
  static IndexDirectories scarceWhen(AtomicBoolean full) {
    return (path, retry) ->
        new FilterDirectory(FSDirectory.open(path)) {
          @Override
          public IndexOutput createOutput(String name, IOContext context) throws IOException {
            return retry.run(
                path,
                name,
                file -> {
                  if (full.get()) {
                    throw new IOException("No space left on device");
                  }
                  return in.createOutput(file, context);
                });
          }
        };
  }

  /**
   * A disk that takes as long as the test wants to make anything durable.
   *
   * @param synced gets what is durable
   */
  static IndexDirectories syncingUntil(Runnable waiting, Set<String> synced) {
    return (path, _) ->
        new FilterDirectory(FSDirectory.open(path)) {
          @Override
          public void sync(Collection<String> names) throws IOException {
            waiting.run();
            super.sync(names);
            synced.addAll(names);
          }

          @Override
          public void rename(String source, String target) throws IOException {
            assertThat(synced).contains(source); // or a crash leaves a name without content
            super.rename(source, target);
          }
        };
  }

  static IndexDirectories damagedWhen(AtomicBoolean damaged) {
    return (path, _) -> new FaultyDisk(FSDirectory.open(path), new AtomicBoolean(), damaged);
  }

  @Override
  public IndexInput openInput(String name, IOContext context) throws IOException {
    if (damaged.get()) {
      throw new CorruptIndexException("the test damaged it", name);
    }
    return super.openInput(name, context);
  }

  @Override
  public IndexOutput createOutput(String name, IOContext context) throws IOException {
    if (full.get()) {
      throw new IOException("No space left on device");
    }
    return super.createOutput(name, context);
  }
}
