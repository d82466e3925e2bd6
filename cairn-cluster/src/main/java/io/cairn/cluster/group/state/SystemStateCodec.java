// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.state;

import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.util.List;
import java.util.TreeMap;

/** The binary form of a group's state, in commands, snapshots and files. */
public final class SystemStateCodec {

  private static final int FORMAT = 4;
  private static final int MAX_ITEMS = 100_000;

  private SystemStateCodec() {}

  public static byte[] encode(SystemState state) {
    WireWriter out = new WireWriter();
    write(out, state);
    return out.take();
  }

  /** Reads a state; see {@link WireReader#read} for failures. */
  public static SystemState decode(byte[] bytes) {
    return WireReader.read(bytes, SystemStateCodec::read);
  }

  public static void write(WireWriter out, SystemState state) {
    GroupConfig config = state.config();
    out.u8(FORMAT).text(state.uid()).i64(state.version());
    out.i64(config.nodeRemovalDelayMicros());
    out.i32(config.stableGroupMaintenanceIntervalCount());
    out.i32(config.membershipQuorum()).i32(config.locationQuorum());
    out.text(config.restoring());
    out.i64(state.membershipUpdateTimeMicros());
    out.texts(state.founders());
    out.items(state.nodes().values(), SystemStateCodec::write);
    out.pairs(state.departed());
    out.items(state.selectors().values(), SystemStateCodec::write);
    out.texts(state.formerly());
    out.pairs(state.secrets().values());
  }

  private static void write(WireWriter out, NodeRecord node) {
    out.text(node.id()).text(node.address().toString()).flag(node.role() == NodeRole.PEER);
    out.pairs(node.properties()).text(node.token());
    out.i64(node.joinedVersion()).i64(node.unavailableSinceMicros());
    out.flag(node.synchronizing());
    out.i64(node.version()).i64(node.updateTimeMicros());
  }

  private static void write(WireWriter out, SelectorRecord selector) {
    out.text(selector.spec().name()).i32(selector.spec().replicationFactor());
    out.items(selector.partitions(), SystemStateCodec::write);
  }

  private static void write(WireWriter out, PartitionRecord partition) {
    out.texts(partition.founders()).i64(partition.createdVersion()).texts(partition.holders());
  }

  public static SystemState read(WireReader in) {
    in.version(FORMAT, WireReader.SAME_ON_ALL_NODES);
    String uid = in.text();
    long version = in.i64();
    GroupConfig config = new GroupConfig(in.i64(), in.i32(), in.i32(), in.i32(), in.text());
    long time = in.i64();
    List<String> founders = in.texts();
    TreeMap<String, NodeRecord> nodes = new TreeMap<>();
    in.items(MAX_ITEMS, SystemStateCodec::node).forEach(node -> nodes.put(node.id(), node));
    TreeMap<String, String> departed = new TreeMap<>(in.pairs());
    TreeMap<String, SelectorRecord> selectors = new TreeMap<>();
    in.items(MAX_ITEMS, SystemStateCodec::selector)
        .forEach(selector -> selectors.put(selector.spec().name(), selector));
    List<String> formerly = in.texts();
    return new SystemState(
        uid,
        version,
        config,
        time,
        founders,
        nodes,
        departed,
        selectors,
        formerly,
        new GroupSecrets(new TreeMap<>(in.pairs())));
  }

  private static NodeRecord node(WireReader in) {
    return new NodeRecord(
        in.text(),
        in.uri(),
        in.flag() ? NodeRole.PEER : NodeRole.OBSERVER,
        in.pairs(),
        in.text(),
        in.i64(),
        in.i64(),
        in.flag(),
        in.i64(),
        in.i64());
  }

  private static SelectorRecord selector(WireReader in) {
    SelectorSpec spec = new SelectorSpec(in.text(), in.i32());
    return new SelectorRecord(spec, in.items(MAX_ITEMS, SystemStateCodec::partition));
  }

  private static PartitionRecord partition(WireReader in) {
    return new PartitionRecord(in.texts(), in.i64(), in.texts());
  }
}
