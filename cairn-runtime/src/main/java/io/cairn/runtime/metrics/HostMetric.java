// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.metrics;

import java.util.List;
import java.util.Locale;

/**
 * All metrics of a host, apart from those of its JVM. {@code docs/metrics.md} lists the same, and a
 * test holds it against this. No label may be a link of a document, a user or an address: their
 * number would have no bound.
 */
public enum HostMetric {
  HOST_INFO(Type.GAUGE, "cairn_host_info", "1, with what this host is", "node", "version"),
  HOST_READY(Type.GAUGE, "cairn_host_ready", "1 if documents can be read and written here, else 0"),
  HOST_SERVICES(
      Type.GAUGE, "cairn_host_services", "Services without a factory, and factories, that run"),
  HOST_INSTANCES(Type.GAUGE, "cairn_host_instances", "Documents that are in memory"),
  HOST_OPERATIONS(Type.GAUGE, "cairn_host_operations", "Requests that have no answer yet"),

  REQUESTS(
      Type.COUNTER,
      "cairn_requests_total",
      "Requests to a factory and its children that this node has done",
      "factory",
      "verb",
      "outcome"),
  REQUEST_DURATION(
      Type.HISTOGRAM,
      "cairn_request_duration_seconds",
      "How long these requests took here",
      "factory",
      "verb"),

  HTTP_CONNECTIONS(Type.GAUGE, "cairn_http_connections", "Connections of clients that are open"),
  HTTP_REFUSED(
      Type.COUNTER,
      "cairn_http_connections_refused_total",
      "Connections that were turned away because too many were open"),
  HTTP_ANSWERS(
      Type.COUNTER, "cairn_http_answers_total", "Answers to requests of clients", "status"),
  HTTP_EVENT_STREAMS(
      Type.GAUGE, "cairn_http_event_streams", "Event streams and WebSockets that are open"),
  HTTP_BODY_BYTES(
      Type.GAUGE, "cairn_http_body_bytes", "Bytes of request bodies that count for the budget"),
  HTTP_UNREAD_BYTES(
      Type.GAUGE, "cairn_http_unread_answer_bytes", "Bytes of answers that clients have not read"),

  PARTITION_LEADER(
      Type.GAUGE,
      "cairn_partition_leader",
      "1 if this node leads the partition, else 0",
      "group",
      "selector",
      "partition"),
  PARTITION_OWNED(
      Type.GAUGE,
      "cairn_partition_has_leader",
      "1 if this node knows who leads the partition, else 0",
      "group",
      "selector",
      "partition"),
  PARTITION_APPLIED(
      Type.GAUGE,
      "cairn_partition_applied_index",
      "The last entry of the log that is committed and applied here",
      "group",
      "selector",
      "partition"),
  PARTITION_TERM(
      Type.GAUGE,
      "cairn_partition_term",
      "The term, which rises with each election",
      "group",
      "selector",
      "partition"),
  PARTITION_PROPOSALS(
      Type.GAUGE,
      "cairn_partition_proposals",
      "Updates of this node that are not committed yet",
      "group",
      "selector",
      "partition"),
  PARTITION_LAG(
      Type.GAUGE,
      "cairn_partition_follower_lag",
      "Entries that another member lacks, as its leader knows",
      "group",
      "selector",
      "partition",
      "node"),

  GROUP_MEMBERS(
      Type.GAUGE,
      "cairn_group_members",
      "Members of a node group, as this node sees them",
      "group",
      "status"),
  GROUP_AVAILABLE(
      Type.GAUGE,
      "cairn_group_available",
      "1 if this node can do whatever is asked of the group's documents, else 0",
      "group"),
  GROUP_QUORUM(Type.GAUGE, "cairn_group_quorum", "The quorum that operators have set", "group"),

  LOG_APPENDED(Type.COUNTER, "cairn_log_appended_bytes_total", "Bytes of records given to the log"),
  LOG_SEGMENTS(Type.GAUGE, "cairn_log_segments", "Files of the log"),
  LOG_SEGMENT_BYTES(Type.GAUGE, "cairn_log_segment_bytes", "Disk that these files take"),
  LOG_FLUSH(
      Type.HISTOGRAM,
      "cairn_log_flush_duration_seconds",
      "How long the log was waited for until the disk had written and fsynced it"),

  INDEX_STORES(Type.GAUGE, "cairn_index_stores", "Replicas of partitions that are open"),
  INDEX_DOCUMENTS(
      Type.GAUGE,
      "cairn_index_documents",
      "Newest versions that searches of these replicas see, deleted documents among them"),
  INDEX_VERSIONS(Type.GAUGE, "cairn_index_versions", "All versions in the indexes"),
  INDEX_SEGMENTS(Type.GAUGE, "cairn_index_segments", "Segments of the indexes"),
  INDEX_BYTES(Type.GAUGE, "cairn_index_bytes", "Bytes of these segments"),
  INDEX_PENDING(
      Type.GAUGE, "cairn_index_pending_versions", "Versions that are applied and not indexed yet"),
  INDEX_PENDING_BYTES(Type.GAUGE, "cairn_index_pending_bytes", "What these weigh"),
  INDEX_UNCOMMITTED(
      Type.GAUGE, "cairn_index_uncommitted_bytes", "Bytes that a restart would apply again"),
  INDEX_REFRESHES(Type.COUNTER, "cairn_index_refreshes_total", "Searchers that were made"),
  INDEX_COMMITS(Type.COUNTER, "cairn_index_commits_total", "Commits of the indexes"),
  INDEX_MERGES(Type.COUNTER, "cairn_index_merges_total", "Merges of segments"),
  INDEX_MERGED(Type.COUNTER, "cairn_index_merged_bytes_total", "Bytes that were merged"),

  QUERY_DURATION(
      Type.HISTOGRAM, "cairn_query_duration_seconds", "How long queries and listings took here"),
  QUERY_WAITING(Type.GAUGE, "cairn_query_waiting", "Queries and listings that wait for their turn"),
  QUERY_PAGED(Type.GAUGE, "cairn_query_paged", "Queries whose pages are kept here"),
  SUBSCRIPTIONS(Type.GAUGE, "cairn_subscriptions", "Subscriptions that this node tells of changes"),
  WATCHES(Type.GAUGE, "cairn_watches", "Feeds of changes that this node sends to clients"),

  PEER_CONNECTIONS(
      Type.GAUGE, "cairn_peer_connections", "Connections with other nodes, all lanes together"),
  PEER_TROUBLES(
      Type.GAUGE,
      "cairn_peer_troubles",
      "Nodes that this one wants to talk with and cannot",
      "kind"),
  PEER_ROUND_TRIP(
      Type.GAUGE,
      "cairn_peer_round_trip_seconds",
      "How long the last look at another node's clock took, there and back",
      "node"),
  PEER_CLOCK_SKEWS(
      Type.GAUGE, "cairn_peer_clock_skews", "Nodes whose clocks differ from this one's"),
  PEER_SENT(Type.COUNTER, "cairn_peer_sent_bytes_total", "Bytes sent to other nodes", "stream"),
  PEER_RECEIVED(
      Type.COUNTER, "cairn_peer_received_bytes_total", "Bytes received from them", "stream"),
  PEER_SENT_FRAMES(
      Type.COUNTER, "cairn_peer_sent_frames_total", "Frames sent to other nodes", "stream"),
  PEER_RECEIVED_FRAMES(
      Type.COUNTER, "cairn_peer_received_frames_total", "Frames received from them", "stream"),
  PEER_DROPPED(
      Type.COUNTER,
      "cairn_peer_dropped_messages_total",
      "Messages that a queue had no room for, or that reached nobody",
      "stream"),

  LOGINS(Type.COUNTER, "cairn_logins_total", "Logins by a name and a password", "outcome"),
  UNPROVED(
      Type.COUNTER,
      "cairn_authentication_failures_total",
      "Requests whose credentials proved nothing"),
  REFUSALS(
      Type.COUNTER,
      "cairn_authorization_refusals_total",
      "Decisions that somebody may not do what he asked for"),

  DISK_FREE(Type.GAUGE, "cairn_disk_free_bytes", "Bytes that the disk of the data can take"),
  DISK_SIZE(Type.GAUGE, "cairn_disk_size_bytes", "Its size"),
  DISK_FULL(Type.GAUGE, "cairn_disk_full", "1 while updates are refused for want of room, else 0"),
  BACKUPS(Type.COUNTER, "cairn_automatic_backups_total", "Automatic backups", "outcome"),
  CERTIFICATE_END(
      Type.GAUGE,
      "cairn_certificate_end_timestamp_seconds",
      "When the host's own certificate ends, in seconds since 1970");

  /** How a metric's values follow each other. */
  public enum Type {
    /** Goes up and down. */
    GAUGE,
    /** Only goes up, until the host starts again. */
    COUNTER,
    /** How often something took how long. */
    HISTOGRAM;

    /** As the formats of Prometheus name it. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final String TOTAL = "_total";

  private final Type type;
  private final String title;
  private final String help;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> labels;

  HostMetric(Type type, String title, String help, String... labels) {
    this.type = type;
    this.title = title;
    this.help = help;
    this.labels = List.of(labels);
  }

  public Type type() {
    return type;
  }

  /** The name that Prometheus knows it by. */
  public String title() {
    return title;
  }

  /** What it says; the end of its name is its unit. */
  public String help() {
    return help;
  }

  /** The names of its labels. */
  public List<String> labels() {
    return labels;
  }

  /** The name without the end that all counters have. */
  String family() {
    return title.endsWith(TOTAL) ? title.substring(0, title.length() - TOTAL.length()) : title;
  }
}
