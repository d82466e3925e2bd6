// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.cairn.server;

import org.jspecify.annotations.NullMarked;
