// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Where the latest entries of a replica set lie: consecutive indexes to places. Not thread-safe.
 */
final class EntryIndex {

  private long first = 1;
  private int head;
  private int count;
  private long[] places = new long[64];

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
  }

  /** Remembers what was written, and nothing else. */
  void read(DataInputStream in) throws IOException {
    first = in.readLong();
    count = in.readInt();
    head = 0;
    places = new long[Math.max(64, Integer.highestOneBit(Math.max(1, count)) * 2)];
    ByteBuffer.wrap(in.readNBytes(count * Long.BYTES)).asLongBuffer().get(places, 0, count);
  }

  /** Remembers the place of the next index. */
  void add(long index, long place) {
    if (count == 0) {
      first = index;
    } else if (index != first + count) {
      throw new IllegalStateException("entry " + index + " after " + last());
    }
    if (count == places.length) {
      grow();
    }
    places[(head + count++) & (places.length - 1)] = place;
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

  void forgetFrom(long index) {
    count = (int) Math.max(0, Math.min(count, index - first));
  }

  void forgetBelow(long index) {
    int dropped = (int) Math.max(0, Math.min(count, index - first));
    head = (head + dropped) & (places.length - 1);
    first += dropped;
    count -= dropped;
  }
}
