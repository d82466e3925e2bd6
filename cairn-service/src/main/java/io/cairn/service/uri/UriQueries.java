// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.uri;

import io.cairn.document.ServiceDocumentQueryResult;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What authors do with the query of a URI. They call these functions as {@code UriUtils}, which
 * inherits them. All functions are pure.
 */
public abstract class UriQueries implements UriVocabulary {

  private static final Set<String> NAVIGATION =
      Set.of(URI_PARAM_ODATA_SKIP, URI_PARAM_ODATA_SKIP_TO, URI_PARAM_ODATA_NODE);

  protected UriQueries() {}

  /** {@code uri} with query parameters added: name, value, name, value and so on. */
  public static URI extendUriWithQuery(URI uri, String... keyValues) {
    return QueryParameters.extend(uri, keyValues);
  }

  /** {@code uri} with one more query parameter. */
  public static URI appendQueryParam(URI uri, String name, String value) {
    return extendUriWithQuery(uri, name, value);
  }

  /**
   * A query in encoded form from name, value, name, value and so on.
   *
   * @throws IllegalArgumentException for an odd number of strings
   */
  public static String buildUriQuery(String... keyValues) {
    return QueryParameters.of(keyValues);
  }

  /** Asks a factory for the documents beside their links. */
  public static URI buildExpandLinksQueryUri(URI factory) {
    return extendUriWithQuery(
        factory, URI_PARAM_ODATA_EXPAND, ServiceDocumentQueryResult.FIELD_NAME_DOCUMENT_LINKS);
  }

  /** Asks for these fields only. */
  public static URI buildSelectFieldsQueryUri(URI factory, String... fields) {
    return extendUriWithQuery(factory, URI_PARAM_ODATA_SELECT, String.join(",", fields));
  }

  /** Whether the query asks for documents, in either spelling. */
  public static boolean hasODataExpandParamValue(URI uri) {
    Map<String, String> params = parseUriQueryParams(uri);
    return params.containsKey(URI_PARAM_ODATA_EXPAND)
        || params.containsKey(URI_PARAM_ODATA_EXPAND_NO_DOLLAR_SIGN);
  }

  /** The value of {@code $expand}, or null. */
  public static @Nullable String getODataExpandParamValue(URI uri) {
    return getODataParamValueAsString(uri, URI_PARAM_ODATA_EXPAND);
  }

  /** The value of the parameter {@code name}, or null. */
  public static @Nullable String getODataParamValueAsString(URI uri, String name) {
    return parseUriQueryParams(uri).get(name);
  }

  public static @Nullable String getODataFilterParamValue(URI uri) {
    return getODataParamValueAsString(uri, URI_PARAM_ODATA_FILTER);
  }

  public static @Nullable Integer getODataSkipParamValue(URI uri) {
    return QueryParameters.integer(uri, URI_PARAM_ODATA_SKIP);
  }

  public static @Nullable Integer getODataTopParamValue(URI uri) {
    return QueryParameters.integer(uri, URI_PARAM_ODATA_TOP);
  }

  public static @Nullable Integer getODataLimitParamValue(URI uri) {
    return QueryParameters.integer(uri, URI_PARAM_ODATA_LIMIT);
  }

  public static boolean getODataCountParamValue(URI uri) {
    return Boolean.parseBoolean(parseUriQueryParams(uri).get(URI_PARAM_ODATA_COUNT));
  }

  /** The parameters of the query of {@code uri}, decoded, in order; see the string form. */
  public static Map<String, String> parseUriQueryParams(URI uri) {
    return parseUriQueryParams(uri.getRawQuery());
  }

  /**
   * The parameters of a query in encoded form, decoded after splitting so that an escaped ampersand
   * stays part of its value. A name without value maps to the empty string, of a repeated name the
   * last counts.
   */
  public static Map<String, String> parseUriQueryParams(@Nullable String rawQuery) {
    return QueryParameters.parse(rawQuery);
  }

  /** As the form with strings. */
  public static URI buildSelectFieldsQueryUri(URI factory, List<String> fields) {
    return buildSelectFieldsQueryUri(factory, fields.toArray(String[]::new));
  }

  /**
   * The value of a parameter as a number; null if it is absent.
   *
   * @throws IllegalArgumentException if it is no whole number
   */
  public static @Nullable Integer getODataParamValue(URI uri, String name) {
    return QueryParameters.integer(uri, name);
  }

  public static @Nullable String getODataSelectFieldsParamValue(URI uri) {
    return getODataParamValueAsString(uri, URI_PARAM_ODATA_SELECT);
  }

  public static @Nullable String getODataSkipToParamValue(URI uri) {
    return getODataParamValueAsString(uri, URI_PARAM_ODATA_SKIP_TO);
  }

  public static @Nullable String getODataNodeParamValue(URI uri) {
    return getODataParamValueAsString(uri, URI_PARAM_ODATA_NODE);
  }

  public static @Nullable String getODataTenantLinksParamValue(URI uri) {
    return getODataParamValueAsString(uri, URI_PARAM_ODATA_TENANTLINKS);
  }

  /** The path that a request to a forwarding service is for, or null. */
  public static @Nullable String getPathParamValue(URI uri) {
    return getODataParamValueAsString(uri, FORWARDING_URI_PARAM_NAME_PATH);
  }

  /** The node that a request to a forwarding service is for, or null. */
  public static @Nullable String getPeerParamValue(URI uri) {
    return getODataParamValueAsString(uri, FORWARDING_URI_PARAM_NAME_PEER);
  }

  /** Whether the query has a parameter of OData's. */
  public static boolean hasODataQueryParams(URI uri) {
    return parseUriQueryParams(uri).keySet().stream().anyMatch(name -> name.startsWith("$"));
  }

  /** Whether the query asks for a part of a listing further on. */
  public static boolean hasNavigationQueryParams(URI uri) {
    return parseUriQueryParams(uri).keySet().stream().anyMatch(NAVIGATION::contains);
  }
}
