// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.disk.BytePace;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.index.LinkLookup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.ChecksumIndexInput;
import org.apache.lucene.util.Bits;

/**
 * Reads a whole index once, slowly: verifies the checksum of every file, and sums up the current
 * documents. What is damaged on the disk is found by the one, what was applied otherwise than
 * elsewhere by the other. Used by one thread.
 */
final class DigestScan {
  private static final int STEP_BYTES = 256 * 1024;

  private final DirectoryReader reader;
  private final BytePace pace;
  private final MessageDigest hash = sha256();
  private long documents;
  private long high;
  private long low;

  /** Creates a scan that reads at most so many bytes in a second. */
  DigestScan(DirectoryReader reader, long bytesPerSecond, LongSupplier nanos) {
    this.reader = reader;
    this.pace = new BytePace(bytesPerSecond, nanos);
  }

  /**
   * Notes a log entry that changes no document, and has the documents as they stand at it summed up
   * by a thread of its own.
   */
  static CompletableFuture<StoreDigest> at(
      long logIndex, PartitionRuntime runtime, long bytesPerSecond) {
    CompletableFuture<StoreDigest> result = new CompletableFuture<>();
    Thread.Builder thread = Thread.ofPlatform().daemon().name("cairn-digest");
    boolean accepted =
        runtime.view(
            logIndex, held -> thread.start(() -> complete(result, held, bytesPerSecond, logIndex)));
    if (!accepted) {
      result.completeExceptionally(new IllegalStateException("there is no digest at " + logIndex));
    }
    return result;
  }

  private static void complete(
      CompletableFuture<StoreDigest> result, HeldReader held, long bytesPerSecond, long logIndex) {
    try (held) {
      result.complete(
          new DigestScan(held.reader(), bytesPerSecond, held.runtime().pool()::nanoTime)
              .run(logIndex));
    } catch (IOException e) {
      result.completeExceptionally(held.failure("verifying it", e));
    } catch (RuntimeException e) {
      result.completeExceptionally(e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Reads everything; the reader shows what was applied up to an index. */
  StoreDigest run(long index) throws IOException {
    for (LeafReaderContext leaf : reader.leaves()) {
      verify(((SegmentReader) leaf.reader()).getSegmentInfo());
    }
    for (LeafReaderContext leaf : reader.leaves()) {
      sum(leaf.reader());
    }
    return new StoreDigest(index, documents, high, low);
  }

  private void verify(SegmentCommitInfo segment) throws IOException {
    for (String file : segment.files()) {
      try (ChecksumIndexInput input = segment.info.dir.openChecksumInput(file)) {
        long end = input.length() - CodecUtil.footerLength();
        while (input.getFilePointer() < end) {
          long step = Math.min(STEP_BYTES, end - input.getFilePointer());
          input.seek(input.getFilePointer() + step);
          pace.spend(step);
        }
        CodecUtil.checkFooter(input);
      } catch (IllegalArgumentException e) {
        throw new CorruptIndexException("unreadable", file, e);
      }
    }
  }

  private void sum(LeafReader leaf) throws IOException {
    Bits live = leaf.getLiveDocs();
    StoredFields stored = leaf.storedFields();
    for (int doc = 0; doc < leaf.maxDoc(); doc++) {
      if (live == null || live.get(doc)) {
        try {
          add(LinkLookup.entry(stored, doc).document());
        } catch (AlreadyClosedException e) {
          throw e;
        } catch (RuntimeException e) {
          throw new CorruptIndexException(
              "document " + doc + " cannot be read", leaf.toString(), e);
        }
      }
    }
  }

  private void add(DocumentVersion document) {
    String kind = document.kind() == null ? "" : document.kind();
    byte[] names =
        (document.link() + '\n' + kind + '\n' + document.action() + '\n')
            .getBytes(StandardCharsets.UTF_8);
    hash.update(names);
    hash.update(
        ByteBuffer.allocate(4 * Long.BYTES)
            .putLong(document.version())
            .putLong(document.epoch())
            .putLong(document.updateTimeMicros())
            .putLong(document.expirationMicros())
            .flip());
    ByteBuffer sum = ByteBuffer.wrap(hash.digest(document.json()));
    high += sum.getLong();
    low += sum.getLong();
    documents++;
    pace.spend(names.length + document.json().length);
  }
}
