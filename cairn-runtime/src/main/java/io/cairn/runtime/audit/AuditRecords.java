// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.audit;

import io.cairn.document.DocumentJson;
import io.cairn.runtime.audit.AuditEvent.Names;
import io.cairn.runtime.audit.AuditRecord.Outcome;
import io.cairn.runtime.security.Identities.User;
import io.cairn.runtime.security.Subject;
import io.cairn.service.uri.ServiceUriPaths;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Makes records of events. Nothing of a body gets into a record but names that are known
 * beforehand, and what looks like a proof is left out wherever it stands. For one thread.
 */
public final class AuditRecords {

  private static final int FAILURE = 400;
  private static final int LONGEST_TEXT = 512;
  private static final String LEFT_OUT = "***";
  private static final String RECEIVERS = ServiceUriPaths.CORE_CALLBACKS + '/';

  /** API keys and tokens, wherever somebody has put them. */
  private static final Pattern PROOF =
      Pattern.compile("(?:cairn_|eyJ)[A-Za-z0-9_.+/=-]{12,}", Pattern.CASE_INSENSITIVE);

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:/@-]{1,128}");
  private static final Pattern TRACE = Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-.*");
  private static final String MANAGEMENT_KIND =
      "com:vmware:xenon:services:common:ServiceHostManagementService:";

  /** What may be asked of the management service; other names are somebody's invention. */
  private static final Set<String> MANAGEMENT =
      Set.of(
          "BackupRequest",
          "RestoreRequest",
          "AutoBackupConfiguration",
          "ConfigureOperationTracingRequest",
          "ConfigureInboundRequestLogging",
          "SynchronizeWithPeersRequest");

  /** The users whom a node knows. */
  public interface Users {
    /** The user whom a name at a login means; null if there is none. */
    @Nullable User named(String name);

    /** The user of a link; null if there is none. */
    @Nullable User at(String link);
  }

  private final String nodeId;
  private final Supplier<String> ids;
  private final Users users;

  /**
   * Makes the records of a node.
   *
   * @param ids never the same twice in the group
   * @param users those whom this node knows
   */
  AuditRecords(String nodeId, Supplier<String> ids, Users users) {
    this.nodeId = nodeId;
    this.ids = ids;
    this.users = users;
  }

  /** The record of an event. */
  AuditRecord of(AuditEvent event) {
    AuditRecord record = blank(event.action(), event.micros());
    Names names = event.names();
    if (names.id() != null) {
      record.documentSelfLink = AuditService.FACTORY_LINK + '/' + names.id();
    }
    record.via = event.source().name().toLowerCase(Locale.ROOT);
    record.verb = event.verb() == null ? null : event.verb().name();
    record.link = link(event.link());
    record.status = event.status();
    record.outcome = outcome(event.status());
    record.reason = reason(event);
    record.address = address(names.from());
    record.requestId = id(names.requestId());
    record.traceId = trace(names.traceParent());
    record.detail = names.detail();
    User named = names.user() == null ? null : users.named(names.user());
    record.userLink = named == null ? null : named.link();
    by(record, event.who(), named);
    refine(record, event);
    return record;
  }

  /** The record that others are missing. */
  AuditRecord lost(long count, long micros, String why) {
    AuditRecord record = blank(AuditedAction.LOST, micros);
    record.via = "host";
    record.outcome = Outcome.FAILED;
    record.reason = why;
    record.count = count;
    return record;
  }

  /** A record of its own for those that are counted with another. */
  AuditRecord again(AuditRecord record, long count, long micros) {
    record.documentSelfLink = AuditService.FACTORY_LINK + '/' + ids.get();
    record.timeMicros = micros;
    record.count = count;
    return record;
  }

  private AuditRecord blank(AuditedAction action, long micros) {
    AuditRecord record = new AuditRecord();
    record.documentSelfLink = AuditService.FACTORY_LINK + '/' + ids.get();
    record.documentKind = AuditRecord.KIND;
    record.nodeId = nodeId;
    record.action = action;
    record.timeMicros = micros;
    return record;
  }

  private void by(AuditRecord record, @Nullable Subject who, @Nullable User named) {
    String tenant = named == null ? null : named.tenantLink();
    if (who != null) {
      record.subjectLink = who.link();
      record.subjectKind = who.kind().name();
      record.keyId = who.tokenId();
      User user = who.tenantLink() == null ? users.at(who.link()) : null;
      String own = user == null ? who.tenantLink() : user.tenantLink();
      tenant = own == null && who.isGuest() ? tenant : own;
    }
    record.tenantLinks = tenant == null ? null : Set.of(tenant);
  }

  private static Outcome outcome(int status) {
    if (AuditTrail.isRefusal(status)) {
      return Outcome.REFUSED;
    }
    return status < FAILURE ? Outcome.DONE : Outcome.FAILED;
  }

  /** What the body says, where verb and path leave something open. */
  private static void refine(AuditRecord record, AuditEvent event) {
    AuditedAction action = event.action();
    JsonNode asked = tree(event.asked());
    if (action == AuditedAction.LOGIN
        && asked.path("requestType").asString("").equals(AuditedAction.LOGOUT.name())) {
      record.action = AuditedAction.LOGOUT;
    } else if (action == AuditedAction.SETTING) {
      String kind = asked.path("kind").asString("");
      String name =
          kind.startsWith(MANAGEMENT_KIND) ? kind.substring(MANAGEMENT_KIND.length()) : "";
      if (MANAGEMENT.contains(name)) {
        record.detail = name;
        record.action = ofManagement(name);
      }
    } else if (action == AuditedAction.MEMBERSHIP && event.asked() != null) {
      record.detail = ofGroup(asked);
    }
  }

  private static AuditedAction ofManagement(String name) {
    return switch (name) {
      case "BackupRequest", "AutoBackupConfiguration" -> AuditedAction.BACKUP;
      case "RestoreRequest" -> AuditedAction.RESTORE;
      default -> AuditedAction.SETTING;
    };
  }

  private static @Nullable String ofGroup(JsonNode asked) {
    if (asked.hasNonNull("memberGroupReference")) {
      return "join";
    }
    if (asked.hasNonNull("membershipQuorum") || asked.hasNonNull("locationQuorum")) {
      return "quorum";
    }
    if (asked.hasNonNull("options")) {
      return "role";
    }
    return asked.hasNonNull("config") ? "config" : null;
  }

  /** The answer says why: refusals are the runtime's own words, other failures may quote a body. */
  private static @Nullable String reason(AuditEvent event) {
    String message = tree(event.answered()).path("message").asString("");
    return message.isEmpty() ? null : masked(message);
  }

  private static JsonNode tree(@Nullable String body) {
    if (body != null) {
      try {
        return DocumentJson.standard().readTree(body);
      } catch (RuntimeException e) {
        // what is no JSON tells nothing
      }
    }
    return JsonNodeFactory.instance.objectNode();
  }

  private static String link(String link) {
    return link.startsWith(RECEIVERS) ? RECEIVERS + LEFT_OUT : masked(link);
  }

  private static String masked(String text) {
    String whole = PROOF.matcher(text).replaceAll(Matcher.quoteReplacement(LEFT_OUT));
    return whole.length() > LONGEST_TEXT ? whole.substring(0, LONGEST_TEXT) + "..." : whole;
  }

  private static @Nullable String id(@Nullable String said) {
    return said != null && ID.matcher(said).matches() ? masked(said) : null;
  }

  private static @Nullable String trace(@Nullable String parent) {
    Matcher trace = parent == null ? null : TRACE.matcher(parent);
    return trace != null && trace.matches() ? trace.group(1) : null;
  }

  private static @Nullable String address(@Nullable SocketAddress from) {
    return from instanceof InetSocketAddress address && address.getAddress() != null
        ? address.getAddress().getHostAddress()
        : null;
  }
}
