//! HTTP and gRPC: the OTLP receiver, the feedback API, metrics and health.
