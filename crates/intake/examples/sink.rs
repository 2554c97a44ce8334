//! The least that a durable receiver can do: appends each request's body to one file, syncs it and answers.
//! Nothing is parsed.
//!
//! `sink FILE` prints the address that it listens at. In the file each body follows its length, four
//! bytes with the least first.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

fn main() -> io::Result<()> {
    let path = std::env::args().nth(1).ok_or_else(|| io::Error::other("needs a file"))?;
    let file = Arc::new(Mutex::new(File::create(path)?));
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("http://{}", listener.local_addr()?);
    for stream in listener.incoming() {
        let (stream, file) = (stream?, Arc::clone(&file));
        std::thread::spawn(move || {
            // A client that goes away ends its thread.
            let _ = serve(stream, &file);
        });
    }
    Ok(())
}

fn serve(stream: TcpStream, file: &Mutex<File>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    let mut record = Vec::new();
    loop {
        let length = head(&mut stream)?;
        let size = u32::try_from(length).map_err(io::Error::other)?;
        record.resize(4 + length, 0);
        record[..4].copy_from_slice(&size.to_le_bytes());
        stream.read_exact(&mut record[4..])?;
        append(file, &record)?;
        stream.get_mut().write_all(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n",
        )?;
    }
}

fn append(file: &Mutex<File>, record: &[u8]) -> io::Result<()> {
    let mut file = file.lock().map_err(|_| io::Error::other("another thread failed"))?;
    file.write_all(record)?;
    file.sync_data()
}

/// Reads the head of a request; the length of its body.
fn head(stream: &mut impl BufRead) -> io::Result<usize> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            return Ok(length);
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
    }
}
