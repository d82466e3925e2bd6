// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the fields of a document class mean: types, usage, indexing. Authors may change the
 * description of their own service's template, so it is mutable and not thread-safe; the runtime
 * treats it as frozen once the service's factory has started.
 */
@DocumentKind("com:vmware:xenon:common:ServiceDocumentDescription")
public class ServiceDocumentDescription {
  /** How many versions of a document are kept at most by default. */
  public static final int DEFAULT_VERSION_RETENTION_LIMIT = 1000;

  /** How many versions trimming leaves by default. */
  public static final int DEFAULT_VERSION_RETENTION_FLOOR = 500;

  /** Default limit of a document's size as UTF-8 JSON, in bytes. */
  public static final int DEFAULT_SERIALIZED_STATE_LIMIT = 32 * 1024;

  public static final String FIELD_NAME_TENANT_LINKS = "tenantLinks";

  /** How the runtime and clients use a field. */
  public enum PropertyUsageOption {
    /** Set once. Declared, not enforced. */
    SINGLE_ASSIGNMENT,
    /** May be absent. */
    OPTIONAL,
    /** For the service, not for its clients. */
    SERVICE_USE,
    /** Maintained by the runtime. */
    INFRASTRUCTURE,
    /** A non-null value in a PATCH body replaces the value of the document. */
    AUTO_MERGE_IF_NOT_NULL,
    /** An identifier; together with REQUIRED it is generated when absent. */
    ID,
    /** The path of another document; implied by a name that ends with "Link". */
    LINK,
    /** A collection of paths; implied by a name that ends with "Links". */
    LINKS,
    /** Left out where JSON is written without sensitive fields. */
    SENSITIVE,
    /** Must not be null. */
    REQUIRED
  }

  /** How a field is indexed. */
  public enum PropertyIndexingOption {
    /** Index what is inside: the fields of an object, the items of a collection, a map's values. */
    EXPAND,
    /** Index keys and values of a map under the name of the map. */
    FIXED_ITEM_NAME,
    /** Keep, but do not index. */
    STORE_ONLY,
    /** Index the words of the text. */
    TEXT,
    /** Index in lower case. */
    CASE_INSENSITIVE,
    /** Changing the field does not change the document's content. */
    EXCLUDE_FROM_SIGNATURE,
    /** Queries may sort and group by the field. */
    SORT
  }

  /** How a document class is indexed. */
  public enum DocumentIndexingOption {
    INDEX_METADATA
  }

  /** The types that clients tell apart. */
  public enum TypeName {
    LONG,
    STRING,
    BYTES,
    PODO,
    COLLECTION,
    MAP,
    BOOLEAN,
    DOUBLE,
    InternetAddressV4,
    InternetAddressV6,
    DATE,
    URI,
    ENUM
  }

  /** How the values of a type are written and compared, more closely than the type's name says. */
  public enum Format {
    /** A moment: {@code 2026-01-31T12:00:00Z}. */
    DATE_TIME,
    /** A date and a time of day without a zone. */
    LOCAL_DATE_TIME,
    /** A day: {@code 2026-01-31}. */
    DATE,
    /** A time of day: {@code 12:30:00}. */
    TIME,
    /** A length of time: {@code PT1H30M}. */
    DURATION,
    UUID,
    /** A decimal number of any size, compared exactly. */
    DECIMAL,
    /** A whole number of any size, compared exactly. */
    INTEGER;

    /** Whether numbers are compared exactly, beyond 64 bits and the digits of a double. */
    public boolean isExact() {
      return this == DECIMAL || this == INTEGER;
    }
  }

  /** What one field means. */
  public static class PropertyDescription {
    public @Nullable TypeName typeName;

    /** How values are written; null where {@link #typeName} says enough. */
    public @Nullable Format format;

    /** Whether the field may be null or absent; null where its class does not say. */
    public @Nullable Boolean nullable;

    /** Kind of the nested class, where {@link #typeName} is PODO. */
    public @Nullable String kind;

    public @Nullable Object exampleValue;
    public EnumSet<PropertyIndexingOption> indexingOptions =
        EnumSet.noneOf(PropertyIndexingOption.class);
    public EnumSet<PropertyUsageOption> usageOptions = EnumSet.noneOf(PropertyUsageOption.class);
    public @Nullable String propertyDocumentation;

    /**
     * The fields of a PODO; empty where its class encloses itself. Those of a sealed type are the
     * fields of all its types; one that two of them have in different forms has no type name.
     */
    public @Nullable Map<String, PropertyDescription> fieldDescriptions;

    /** The field of a sealed type's objects that says which of {@link #types} they have. */
    public @Nullable String typeProperty;

    /** The types that objects of a sealed type may have, by what {@link #typeProperty} says. */
    public @Nullable Map<String, PropertyDescription> types;

    /** The items of a collection or array, the values of a map. */
    public @Nullable PropertyDescription elementDescription;

    /** The names of the constants of an ENUM. */
    public String @Nullable [] enumValues;

    /** Reads and writes the field; absent in descriptions that were read from JSON. */
    public transient @Nullable PropertyAccessor accessor;

    /** Whether numbers are compared exactly, beyond 64 bits and the digits of a double. */
    public boolean isExact() {
      return format != null && format.isExact();
    }

    /** Whether what is inside has names or items of its own. */
    public boolean isContainer() {
      return typeName == TypeName.PODO
          || typeName == TypeName.MAP
          || typeName == TypeName.COLLECTION;
    }

    /** Tells whether the field has a usage option. */
    public boolean has(PropertyUsageOption option) {
      return usageOptions.contains(option);
    }

    /** Tells whether the field has an indexing option. */
    public boolean has(PropertyIndexingOption option) {
      return indexingOptions.contains(option);
    }

    /**
     * Describes the items of a collection or the values of a map, as they are indexed: the options
     * of the whole that are about text hold for the strings in it.
     */
    public @Nullable PropertyDescription itemDescription() {
      PropertyDescription element = elementDescription;
      if (element == null
          || (element.typeName != TypeName.STRING
              && element.typeName != TypeName.ENUM
              && element.typeName != TypeName.URI)) {
        return element;
      }
      PropertyDescription item = new PropertyDescription();
      item.typeName = element.typeName;
      item.format = element.format;
      item.indexingOptions.addAll(element.indexingOptions);
      for (PropertyIndexingOption option : indexingOptions) {
        if (option == PropertyIndexingOption.CASE_INSENSITIVE
            || option == PropertyIndexingOption.TEXT
            || option == PropertyIndexingOption.SORT) {
          item.indexingOptions.add(option);
        }
      }
      return item;
    }
  }

  /** One way to call a service, as shown in its template. */
  public static class Route {
    public @Nullable String action;
    public @Nullable String path;
    public @Nullable String condition;
    public @Nullable String description;
    public @Nullable String requestType;
    public @Nullable String responseType;
    public @Nullable List<RouteParameter> parameters;

    /**
     * The class of the body, where it is known; absent in descriptions that were read from JSON.
     */
    public transient @Nullable Class<?> requestClass;

    /** The same of the answer. */
    public transient @Nullable Class<?> responseClass;
  }

  /** One parameter of a {@link Route}. */
  public static class RouteParameter {
    public @Nullable String name;
    public @Nullable String description;
    public @Nullable String type;
    public boolean required;
    public @Nullable String value;
    public @Nullable String paramDef;

    /** The class that values are read as; absent in descriptions that were read from JSON. */
    public transient @Nullable Class<?> javaType;
  }

  /** Field name, as in JSON, to what the field means. */
  public Map<String, PropertyDescription> propertyDescriptions = new LinkedHashMap<>();

  /** The names of the service's options. */
  public @Nullable Set<String> serviceCapabilities;

  /** HTTP method to the routes that answer it. */
  public @Nullable Map<String, List<Route>> serviceRequestRoutes;

  /** The states that documents go through, where the service declares them. */
  public @Nullable StateMachineDescription stateMachine;

  public @Nullable String userInterfaceResourcePath;
  public @Nullable String name;
  public @Nullable String description;

  /** How many versions of a document are kept at most. */
  public long versionRetentionLimit = DEFAULT_VERSION_RETENTION_LIMIT;

  /** How many versions are left when the limit is exceeded. */
  public long versionRetentionFloor = DEFAULT_VERSION_RETENTION_FLOOR;

  /** Largest size of a document as UTF-8 JSON, in bytes. */
  public int serializedStateSizeLimit = DEFAULT_SERIALIZED_STATE_LIMIT;

  public EnumSet<DocumentIndexingOption> documentIndexingOptions =
      EnumSet.noneOf(DocumentIndexingOption.class);

  /** Adds a route. */
  public void addRoute(String action, Route route) {
    route.action = action;
    if (serviceRequestRoutes == null) {
      serviceRequestRoutes = new LinkedHashMap<>();
    }
    serviceRequestRoutes.computeIfAbsent(action, _ -> new ArrayList<>()).add(route);
  }

  /** All routes, whatever their verbs. */
  public Stream<Route> declaredRoutes() {
    return serviceRequestRoutes == null
        ? Stream.empty()
        : serviceRequestRoutes.values().stream().flatMap(List::stream);
  }

  /** Has the items of the field "tenantLinks" indexed, where the class has that field. */
  public static void expandTenantLinks(ServiceDocumentDescription description) {
    PropertyDescription tenantLinks = description.propertyDescriptions.get(FIELD_NAME_TENANT_LINKS);
    if (tenantLinks != null) {
      tenantLinks.indexingOptions.add(PropertyIndexingOption.EXPAND);
    }
  }

  /**
   * Builds descriptions from classes. Each call reflects anew and returns a description of its own:
   * callers that need one often keep it. Thread-safe.
   */
  public static final class Builder {
    private Builder() {}

    /** Creates a builder. */
    public static Builder create() {
      return new Builder();
    }

    /** Describes a document class: one with public fields, or a record. */
    public ServiceDocumentDescription buildDescription(Class<?> type) {
      return DescriptionReflector.describe(type);
    }

    /** Describes a document class of a service with the given options. */
    public ServiceDocumentDescription buildDescription(
        Class<?> type, Set<? extends Enum<?>> serviceOptions) {
      ServiceDocumentDescription description = buildDescription(type);
      Set<String> names = new TreeSet<>();
      serviceOptions.forEach(option -> names.add(option.name()));
      description.serviceCapabilities = names;
      return description;
    }

    /** Describes a class as the value of a field. */
    public PropertyDescription buildPodoPropertyDescription(Class<?> type) {
      return DescriptionReflector.describeNested(type);
    }
  }
}
