// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import io.scalecube.cluster.metadata.MetadataCodec;
import java.nio.ByteBuffer;

/** Lets the library carry announcements as the bytes that they are. */
final class AnnouncementCodec implements MetadataCodec {

  @Override
  public Object deserialize(ByteBuffer buffer) {
    try {
      return Announcement.decode(buffer);
    } catch (MalformedMessageException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public ByteBuffer serialize(Object metadata) {
    return ByteBuffer.wrap(((Announcement) metadata).encode());
  }
}
