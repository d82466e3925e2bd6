// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query.elsewhere;

import io.cairn.runtime.documents.DocumentCommandCodec;
import io.cairn.runtime.query.aggregation.ValueCodec;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.search.RankedGroup;
import io.cairn.store.search.SortKey;
import io.cairn.wire.MalformedException;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a node answers that was asked to search. */
public sealed interface PeerFound {

  /**
   * One document.
   *
   * @param key where it stands in the order of the query
   * @param document what it holds; null where that was not asked for
   */
  record Row(String link, long version, SortKey key, @Nullable DocumentVersion document) {}

  /**
   * Documents in order.
   *
   * @param more whether there are more behind these
   * @param count of all matches; 0 where it was not asked for
   * @param aggregated what the query asks about all matches; null where it was not asked for
   * @param groups the first groups in order; none where they were not asked for
   */
  @SuppressWarnings("ArrayRecordComponent") // written and read once, compared by nobody
  record Rows(
      List<Row> rows,
      boolean more,
      long count,
      byte @Nullable [] aggregated,
      List<RankedGroup> groups)
      implements PeerFound {
    static final Rows NONE = new Rows(List.of(), false, 0, null, List.of());
  }

  /** Nothing was found out. */
  record Refused(Reason reason, String why) implements PeerFound {}

  /** Why nothing was found out. */
  enum Reason {
    /** The query makes no sense. */
    INVALID(1),
    /** This node does not hold it, or cannot tell now; another may. */
    UNAVAILABLE(2),
    /** The search is not known here, or no longer: begin it again. */
    GONE(3),
    /** The search broke. */
    FAILED(4),
    /** One answer takes longer than it may. */
    TOO_LONG(5);

    private final int code;

    Reason(int code) {
      this.code = code;
    }

    private static Reason of(int code) {
      for (Reason reason : values()) {
        if (reason.code == code) {
          return reason;
        }
      }
      throw new MalformedException("an answer of kind " + code + " is not known here");
    }
  }

  /** The bytes of an answer. */
  static byte[] encode(PeerFound answer) {
    WireWriter out = new WireWriter().u8(PeerSearch.Bytes.FORMAT);
    return switch (answer) {
      case Rows(var rows, var more, var count, var aggregated, var groups) ->
          out.u8(0)
              .items(rows, PeerFound::putRow)
              .flag(more)
              .i64(count)
              .optional(aggregated, WireWriter::bytes)
              .items(groups, PeerFound::putGroup)
              .take();
      case Refused(var reason, var why) -> out.u8(reason.code).text(why).take();
    };
  }

  private static void putRow(WireWriter out, Row row) {
    PeerSearch.Bytes.putKey(out.text(row.link()).i64(row.version()), row.key());
    out.optional(row.document(), DocumentCommandCodec::putDocument);
  }

  private static void putGroup(WireWriter out, RankedGroup group) {
    ValueCodec.put(out, group.value());
    PeerSearch.Bytes.putKey(out, group.key());
  }

  private static RankedGroup group(WireReader in) {
    return new RankedGroup(ValueCodec.read(in), PeerSearch.Bytes.key(in));
  }

  /**
   * Reads an answer.
   *
   * @throws MalformedException if no node of this version wrote it
   */
  static PeerFound decode(byte[] answer) {
    return WireReader.read(
        answer,
        in -> {
          in.version(PeerSearch.Bytes.FORMAT, WireReader.SAME_ON_ALL_NODES);
          int kind = in.u8();
          if (kind == 0) {
            return new Rows(
                in.items(Integer.MAX_VALUE, PeerFound::row),
                in.flag(),
                in.index(),
                in.optional(from -> from.bytes(Integer.MAX_VALUE)),
                in.items(Integer.MAX_VALUE, PeerFound::group));
          }
          return new Refused(Reason.of(kind), in.text());
        });
  }

  private static Row row(WireReader in) {
    return new Row(
        in.text(), in.i64(), PeerSearch.Bytes.key(in), in.optional(DocumentCommandCodec::document));
  }
}
