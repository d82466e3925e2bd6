// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.cairn.document.DocumentJson.JsonOption;
import io.cairn.document.json.JsonLimits;
import io.cairn.document.json.SealedTypes;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;
import tools.jackson.core.util.Separators.Spacing;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.introspect.VisibilityChecker;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;

/** How Jackson is set up: every default that matters is stated, for defaults change. */
final class DocumentMappers {
  /**
   * Records have no public fields: their private ones are what they are made of. Sealed types have
   * a discriminator.
   */
  private static final class AuthorsTypes extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1L;

    private static final JsonTypeInfo.Value BY_NAME =
        JsonTypeInfo.Value.construct(
            JsonTypeInfo.Id.NAME,
            JsonTypeInfo.As.PROPERTY,
            SealedTypes.TYPE,
            null,
            false,
            null,
            null);

    @Override
    public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(
        MapperConfig<?> config, Annotated element) {
      JsonTypeInfo.Value chosen = super.findPolymorphicTypeInfo(config, element);
      return chosen == null
              && element instanceof AnnotatedClass type
              && SealedTypes.isDiscriminated(type.getRawType())
          ? BY_NAME
          : chosen;
    }

    @Override
    public @Nullable List<NamedType> findSubtypes(MapperConfig<?> config, Annotated element) {
      return element instanceof AnnotatedClass type
              && SealedTypes.isDiscriminated(type.getRawType())
          ? SealedTypes.typesOf(type.getRawType()).entrySet().stream()
              .map(named -> new NamedType(named.getValue(), named.getKey()))
              .toList()
          : super.findSubtypes(config, element);
    }

    @Override
    public VisibilityChecker findAutoDetectVisibility(
        MapperConfig<?> config, AnnotatedClass type, VisibilityChecker checker) {
      return type.getRawType().isRecord()
          ? checker.withFieldVisibility(Visibility.ANY).withCreatorVisibility(Visibility.ANY)
          : super.findAutoDetectVisibility(config, type, checker);
    }
  }

  private DocumentMappers() {}

  static JsonMapper create(Set<JsonOption> options) {
    JsonFactory factory =
        JsonFactory.builder().streamReadConstraints(JsonLimits.constraints()).build();
    return JsonMapper.builder(factory)
        .changeDefaultVisibility(
            visibility ->
                visibility
                    .withFieldVisibility(Visibility.PUBLIC_ONLY)
                    .withGetterVisibility(Visibility.NONE)
                    .withIsGetterVisibility(Visibility.NONE)
                    .withSetterVisibility(Visibility.NONE))
        .annotationIntrospector(new AuthorsTypes())
        .changeDefaultPropertyInclusion(
            _ ->
                JsonInclude.Value.construct(
                    JsonInclude.Include.NON_ABSENT, JsonInclude.Include.ALWAYS))
        .disable(
            MapperFeature.SORT_PROPERTIES_ALPHABETICALLY,
            MapperFeature.SORT_CREATOR_PROPERTIES_FIRST,
            MapperFeature.INFER_PROPERTY_MUTATORS)
        .enable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .disable(
            DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
            DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
            DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .enable(
            DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
            DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .nodeFactory(new NumberNodes())
        .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
        .disable(
            EnumFeature.READ_ENUMS_USING_TO_STRING,
            EnumFeature.WRITE_ENUMS_USING_TO_STRING,
            EnumFeature.READ_UNKNOWN_ENUM_VALUES_AS_NULL)
        .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
        .disable(
            DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS,
            DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS,
            DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
        .enable(DateTimeFeature.WRITE_DATES_WITH_ZONE_ID)
        .addModule(new DocumentModule(options))
        .build();
  }

  static PrettyPrinter prettyPrinter() {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    Separators separators =
        Separators.createDefaultInstance()
            .withObjectNameValueSpacing(Spacing.AFTER)
            .withObjectEmptySeparator("")
            .withArrayEmptySeparator("");
    return new DefaultPrettyPrinter(separators)
        .withObjectIndenter(indenter)
        .withArrayIndenter(indenter);
  }
}
