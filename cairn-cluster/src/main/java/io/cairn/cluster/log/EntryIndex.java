// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where the latest entries of a replica set lie, of consecutive indexes, and of what kind and term
 * they are. Not thread-safe.
 */
final class EntryIndex {

  /**
   * Entries of one kind and term.
   *
   * @param from the first of them
   * @param to the last of them
   */
  record Stretch(long from, long to, byte kind, int term) {}

  /** From an index on, entries are of one kind and term. */
  private record Turn(long index, byte kind, int term) {}

  private long first = 1;
  private int head;
  private int count;
  private long[] places = new long[64];

  /** Few: commands follow each other, and leaders stay. The first may lie below {@link #first}. */
  private final List<Turn> turns = new ArrayList<>();

  /** Returns the first remembered index; above {@link #last()} if there is none. */
  long first() {
    return first;
  }

  long last() {
    return first + count - 1;
  }

  /** Writes what is remembered. */
  void write(DataOutputStream out) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count * Long.BYTES);
    for (long index = first; index <= last(); index++) {
      bytes.putLong(place(index));
    }
    out.writeLong(first);
    out.writeInt(count);
    out.write(bytes.array());
    out.writeInt(turns.size());
    for (Turn turn : turns) {
      out.writeLong(turn.index());
      out.writeByte(turn.kind());
      out.writeInt(turn.term());
    }
  }

  /** Remembers what was written, and nothing else. */
  void read(DataInputStream in) throws IOException {
    first = in.readLong();
    count = in.readInt();
    head = 0;
    places = new long[Math.max(64, Integer.highestOneBit(Math.max(1, count)) * 2)];
    ByteBuffer.wrap(in.readNBytes(count * Long.BYTES)).asLongBuffer().get(places, 0, count);
    turns.clear();
    for (int left = in.readInt(); left > 0; left--) {
      turns.add(new Turn(in.readLong(), in.readByte(), in.readInt()));
    }
  }

  /** Remembers the next entry. */
  void add(long index, long place, byte kind, int term) {
    if (count == 0) {
      first = index;
      turns.clear();
    } else if (index != first + count) {
      throw new IllegalStateException("entry " + index + " after " + last());
    }
    if (count == places.length) {
      grow();
    }
    places[(head + count++) & (places.length - 1)] = place;
    Turn latest = turns.isEmpty() ? null : turns.getLast();
    if (latest == null || latest.kind() != kind || latest.term() != term) {
      turns.add(new Turn(index, kind, term));
    }
  }

  private void grow() {
    long[] larger = Arrays.copyOf(places, places.length * 2);
    System.arraycopy(places, 0, larger, 0, 0);
    for (int i = 0; i < count; i++) {
      larger[i] = places[(head + i) & (places.length - 1)];
    }
    places = larger;
    head = 0;
  }

  /** Returns the place of an entry, or -1 if it is not remembered. */
  long place(long index) {
    return index < first || index > last()
        ? -1
        : places[(head + (int) (index - first)) & (places.length - 1)];
  }

  /** Returns what is remembered of the entries between two indexes, in their order. */
  List<Stretch> between(long from, long to) {
    List<Stretch> found = new ArrayList<>();
    for (int i = 0; i < turns.size(); i++) {
      Turn turn = turns.get(i);
      long end = i + 1 < turns.size() ? turns.get(i + 1).index() - 1 : last();
      long begin = Math.max(Math.max(turn.index(), first), from);
      if (begin <= Math.min(end, to)) {
        found.add(new Stretch(begin, Math.min(end, to), turn.kind(), turn.term()));
      }
    }
    return found;
  }

  void forgetFrom(long index) {
    count = (int) Math.max(0, Math.min(count, index - first));
    while (!turns.isEmpty() && turns.getLast().index() > last()) {
      turns.removeLast();
    }
  }

  void forgetBelow(long index) {
    int dropped = (int) Math.max(0, Math.min(count, index - first));
    head = (head + dropped) & (places.length - 1);
    first += dropped;
    count -= dropped;
    while (turns.size() > 1 && turns.get(1).index() <= first) {
      turns.removeFirst();
    }
  }
}
