// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import io.cairn.document.DocumentJson;
import io.cairn.service.OperationContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.event.KeyValuePair;

/**
 * Writes each event as one JSON object on a line of its own: {@code time} (UTC), {@code level},
 * {@code logger}, {@code message}, {@code thread}, {@code nodeId} once that is known, {@code
 * requestId} while a request with a context id is handled, {@code error} with the stack trace, and
 * what the event says beside its message.
 */
final class JsonLines extends EncoderBase<ILoggingEvent> {
  /** The property of the context that names the node. */
  static final String NODE = "nodeId";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
  private static final byte[] NOTHING = new byte[0];
  private static final String REQUEST = "requestId";

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("time", TIME.format(Instant.ofEpochMilli(event.getTimeStamp())));
    fields.put("level", event.getLevel().toString());
    fields.put("logger", event.getLoggerName());
    fields.put("message", String.valueOf(event.getFormattedMessage()));
    fields.put("thread", event.getThreadName());
    put(fields, NODE, event.getLoggerContextVO().getPropertyMap().get(NODE));
    put(fields, REQUEST, OperationContext.getContextId());
    List<KeyValuePair> beside = event.getKeyValuePairs();
    if (beside != null) {
      beside.forEach(pair -> put(fields, pair.key, pair.value));
    }
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      fields.put("error", ThrowableProxyUtil.asString(thrown));
    }
    return (DocumentJson.standard().toJson(fields) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static void put(
      Map<String, Object> fields, String name, @org.jspecify.annotations.Nullable Object value) {
    if (value != null) {
      fields.put(name, value);
    }
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }
}
