// SPDX-License-Identifier: Apache-2.0
/** The words of HTTP that operations carry: statuses, headers, events. */
@NullMarked
package io.cairn.service.http;

import org.jspecify.annotations.NullMarked;
