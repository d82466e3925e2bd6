// SPDX-License-Identifier: Apache-2.0
/** The HTTP client to other servers. */
@NullMarked
package io.cairn.net.client;

import org.jspecify.annotations.NullMarked;
