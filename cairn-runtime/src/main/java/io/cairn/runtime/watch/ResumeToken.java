// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.watch;

import io.cairn.wire.MalformedException;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Says up to where a watcher has heard everything: of each partition the index of a log entry. It
 * means the same on every node. Immutable.
 *
 * <p>As a text it has a version, and a sum that shows whether it was changed on its way.
 */
final class ResumeToken {
  private static final int FORMAT = 1;
  private static final int MAX_LENGTH = 64 << 10;
  private static final int MAX_ITEMS = 1 << 16;
  private static final int LOW_BITS = 31;

  /** The log index of each partition, by its number, of each set of partitions, by its name. */
  private final Map<Long, Map<Integer, Long>> places;

  private ResumeToken(Map<Long, Map<Integer, Long>> places) {
    this.places = places;
  }

  /** Collects places. Not thread-safe. */
  static final class Builder {
    private final Map<Long, Map<Integer, Long>> places = new TreeMap<>();

    Builder add(long set, int partition, long index) {
      places.computeIfAbsent(set, _ -> new TreeMap<>()).put(partition, index);
      return this;
    }

    ResumeToken build() {
      return new ResumeToken(places);
    }
  }

  /** A short name for a set of partitions, the same wherever its full name is. */
  static long setOf(String fullName) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(fullName.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(hash).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The index of a partition; null if the token does not know it. */
  @Nullable Long index(long set, int partition) {
    Map<Integer, Long> known = places.get(set);
    return known == null ? null : known.get(partition);
  }

  /** The sets of partitions that the token knows. */
  Set<Long> sets() {
    return places.keySet();
  }

  /** Whether this one has heard at least what another one has, of the same partitions. */
  boolean isAtLeast(ResumeToken other) {
    for (Map.Entry<Long, Map<Integer, Long>> set : other.places.entrySet()) {
      for (Map.Entry<Integer, Long> place : set.getValue().entrySet()) {
        Long mine = index(set.getKey(), place.getKey());
        if (mine == null || mine < place.getValue()) {
          return false;
        }
      }
    }
    return true;
  }

  /** How many log entries lie before it, over all partitions. */
  long entries() {
    return places.values().stream()
        .flatMap(indexes -> indexes.values().stream())
        .mapToLong(Long::longValue)
        .sum();
  }

  private static void write(WireWriter out, Map.Entry<Integer, Long> place) {
    long index = place.getValue();
    out.number(place.getKey())
        .number((int) (index >>> LOW_BITS))
        .number((int) (index & Integer.MAX_VALUE));
  }

  @Override
  public String toString() {
    WireWriter out = new WireWriter().u8(FORMAT);
    out.items(
        places.entrySet(),
        (to, set) -> to.i64(set.getKey()).items(set.getValue().entrySet(), ResumeToken::write));
    byte[] content = out.take();
    byte[] all = out.raw(content).i32(sum(content, content.length)).take();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(all);
  }

  private static int sum(byte[] bytes, int length) {
    CRC32C sum = new CRC32C();
    sum.update(bytes, 0, length);
    return (int) sum.getValue();
  }

  /**
   * Reads a token.
   *
   * @throws IllegalArgumentException if it is none, and what to do
   */
  static ResumeToken parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw invalid("it has %d characters".formatted(text.length()), null);
    }
    try {
      byte[] all = Base64.getUrlDecoder().decode(text);
      int length = all.length - Integer.BYTES;
      if (length < 1 || ByteBuffer.wrap(all, length, Integer.BYTES).getInt() != sum(all, length)) {
        throw invalid("it was cut or changed", null);
      }
      return WireReader.read(Arrays.copyOf(all, length), ResumeToken::read);
    } catch (MalformedException e) {
      throw invalid(e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      if (e instanceof InvalidTokenException) {
        throw e;
      }
      throw invalid("it has characters that none has", e);
    }
  }

  private static ResumeToken read(WireReader in) {
    in.version(FORMAT, "connect to a node that runs the version of Cairn which gave it");
    Map<Long, Map<Integer, Long>> places = new TreeMap<>();
    in.items(
        MAX_ITEMS,
        part -> {
          Map<Integer, Long> indexes = new TreeMap<>();
          places.put(part.i64(), indexes);
          return part.items(
              MAX_ITEMS,
              item ->
                  indexes.put(
                      item.number(Integer.MAX_VALUE),
                      ((long) item.number(Integer.MAX_VALUE) << LOW_BITS)
                          | item.number(Integer.MAX_VALUE)));
        });
    return new ResumeToken(places);
  }

  private static final class InvalidTokenException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    InvalidTokenException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  private static IllegalArgumentException invalid(@Nullable String why, @Nullable Throwable cause) {
    return new InvalidTokenException(
        "Last-Event-ID is no resume token of a feed: %s. Send the id of an event as it came, or none to begin anew"
            .formatted(why),
        cause);
  }
}
