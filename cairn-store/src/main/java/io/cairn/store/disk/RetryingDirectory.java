// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.disk;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.store.OutputStreamIndexOutput;

/** An index directory on a disk that may have no room for a while: whoever writes waits then. */
final class RetryingDirectory extends FilterDirectory {

  private static final int BUFFER = 8192;

  private final Path path;
  private final RoomRetry retry;

  RetryingDirectory(FSDirectory directory, RoomRetry retry) {
    super(directory);
    this.path = directory.getDirectory();
    this.retry = retry;
  }

  @Override
  public IndexOutput createOutput(String name, IOContext context) throws IOException {
    ensureOpen();
    FileChannel channel =
        retry.run(
            path,
            path.resolve(name),
            file ->
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    return new OutputStreamIndexOutput(
        "RetryingIndexOutput(path=\"" + path.resolve(name) + "\")",
        name,
        new RetryingStream(channel),
        BUFFER);
  }

  @Override
  public IndexInput openInput(String name, IOContext context) throws IOException {
    return retry.run(path, name, file -> in.openInput(file, context));
  }

  @Override
  public void rename(String source, String target) throws IOException {
    retry.run(
        path,
        source,
        from -> {
          in.rename(from, target);
          return target;
        });
  }

  /**
   * One file at a time, opened here: that can fail for want of a descriptor, and then be repeated.
   */
  @Override
  public void sync(Collection<String> names) throws IOException {
    for (String name : names) {
      try (FileChannel channel = opened(path.resolve(name), StandardOpenOption.WRITE)) {
        channel.force(true);
      }
    }
  }

  @Override
  public void syncMetaData() throws IOException {
    try (FileChannel channel = opened(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
    in.sync(List.of()); // deletes what could not be deleted before
  }

  private FileChannel opened(Path file, StandardOpenOption how) throws IOException {
    return retry.run(path, file, one -> FileChannel.open(one, how));
  }

  /** Writes each byte once, however often it has to wait in between. */
  private final class RetryingStream extends OutputStream {
    private final FileChannel channel;

    RetryingStream(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      // The buffer knows what was written: a write in part is no failure, and the next begins
      // there.
      ByteBuffer rest = ByteBuffer.wrap(bytes, from, count);
      while (rest.hasRemaining()) {
        retry.run(path, rest, channel::write);
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
