// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import io.cairn.document.DocumentJson.JsonOption;
import io.cairn.document.json.FiniteNumbers;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.Year;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.std.DelegatingDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

/** The types whose JSON form differs from Jackson's, and the order of fields. */
final class DocumentModule extends SimpleModule {
  private static final long serialVersionUID = 1L;

  DocumentModule(Set<JsonOption> options) {
    super("cairn-documents");
    setSerializerModifier(new FieldOrder(options));
    setDeserializerModifier(new TimesAsText());
    // Keeps the order of a set through reading and writing, so that its signature stays the same.
    addAbstractTypeMapping(Set.class, LinkedHashSet.class);
    addSerializer(RawJson.class, new RawJsonWriter());
    addSerializer(Date.class, new DateWriter());
    addDeserializer(Date.class, new DateReader());
    addSerializer(Path.class, ToStringSerializer.instance);
    addDeserializer(Path.class, new PathReader());
    addDeserializer(long.class, new WholeNumberReader<>(Long.TYPE));
    addDeserializer(Long.class, new WholeNumberReader<>(Long.class));
    addDeserializer(Number.class, new FreeNumberReader());
    addDeserializer(double.class, new FiniteNumbers.DoubleReader(Double.TYPE, 0.0));
    addDeserializer(Double.class, new FiniteNumbers.DoubleReader(Double.class, null));
    addDeserializer(float.class, new FiniteNumbers.FloatReader(Float.TYPE, 0f));
    addDeserializer(Float.class, new FiniteNumbers.FloatReader(Float.class, null));
    addDeserializer(int.class, new WholeNumberReader<>(Integer.TYPE));
    addDeserializer(Integer.class, new WholeNumberReader<>(Integer.class));
  }

  /** Reads times from ISO 8601 text only: a bare number would be seconds here and micros there. */
  private static final class TimesAsText extends ValueDeserializerModifier {
    private static final long serialVersionUID = 1L;

    @Override
    public ValueDeserializer<?> modifyDeserializer(
        DeserializationConfig config, BeanDescription.Supplier bean, ValueDeserializer<?> reader) {
      Class<?> type = bean.getBeanClass();
      boolean time =
          type != Year.class
              && !type.isEnum()
              && (TemporalAccessor.class.isAssignableFrom(type)
                  || TemporalAmount.class.isAssignableFrom(type));
      return time ? new TextOnly(reader) : reader;
    }
  }

  private static final class TextOnly extends DelegatingDeserializer {
    TextOnly(ValueDeserializer<?> reader) {
      super(reader);
    }

    @Override
    protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> reader) {
      return new TextOnly(reader);
    }

    @Override
    public @Nullable Object deserialize(JsonParser in, DeserializationContext context) {
      if (!in.hasToken(JsonToken.VALUE_STRING)) {
        return context.handleUnexpectedToken(handledType(), in);
      }
      return in.getString().isBlank()
          ? context.handleWeirdStringValue(handledType(), in.getString(), "empty")
          : super.deserialize(in, context);
    }
  }

  private static final class RawJsonWriter extends ValueSerializer<RawJson> {
    @Override
    public void serialize(RawJson value, JsonGenerator out, SerializationContext context) {
      out.writeRawValue(new RawUtf8(value.utf8()));
    }
  }

  @SuppressWarnings("JavaUtilDate") // author classes of the predecessor have such fields
  private static final class DateWriter extends ValueSerializer<Date> {
    @Override
    public void serialize(Date value, JsonGenerator out, SerializationContext context) {
      out.writeString(DateTimeFormatter.ISO_INSTANT.format(Instant.ofEpochMilli(value.getTime())));
    }
  }

  @SuppressWarnings("JavaUtilDate") // author classes of the predecessor have such fields
  private static final class DateReader extends ValueDeserializer<Date> {
    @Override
    public Date deserialize(JsonParser in, DeserializationContext context) {
      if (in.hasToken(JsonToken.VALUE_NUMBER_INT)) {
        return new Date(in.getLongValue());
      }
      String text = in.getValueAsString();
      if (text == null) {
        return (Date) context.handleUnexpectedToken(Date.class, in);
      }
      try {
        return Date.from(DateTimeFormatter.ISO_DATE_TIME.parse(text, Instant::from));
      } catch (DateTimeException e) {
        return (Date) context.handleWeirdStringValue(Date.class, text, "not an ISO 8601 instant");
      }
    }
  }

  private static final class PathReader extends ValueDeserializer<Path> {
    @Override
    public Path deserialize(JsonParser in, DeserializationContext context) {
      String text = in.getValueAsString();
      if (text == null) {
        return (Path) context.handleUnexpectedToken(Path.class, in);
      }
      try {
        return Path.of(text);
      } catch (InvalidPathException e) {
        return (Path) context.handleWeirdStringValue(Path.class, text, "not a path");
      }
    }
  }
}
